"""Mini-batches of files: nothing has to be read before `run`, so commands are taken one after the other."""

from __future__ import annotations

from .channel import Channel
from .context import Dataset, MiniBatchContext
from .marker import IDLE, mark


class FileSource:
    def __init__(self, readers: list, channel: Channel, marker, takes_context: bool) -> None:
        self._names = [reader["name"] for reader in readers]
        self._prefixes = [_prefix(reader.get("root", "")) for reader in readers]
        self._channel = channel
        self._marker = marker
        self._takes_context = takes_context

    def work(self, attempts) -> None:
        """Carries out commands until told to stop."""
        waiting: dict = {}
        while True:
            command = self._channel.receive()
            if type(command) is list:
                self._carry_out(command, attempts)
                continue
            kind = command["type"]
            if kind == "load":
                waiting[command["task"][0]] = command["task"]
            elif kind == "go":
                self._carry_out([waiting.pop(command["index"])], attempts)
            elif kind == "drop":
                waiting.pop(command["index"], None)
            elif kind == "stop":
                return

    def _carry_out(self, tasks: list, attempts) -> None:
        prefixes = self._prefixes
        carry_out = attempts.carry_out
        index = attempt = 0
        for index, attempt, descriptor in tasks:
            reader = descriptor[0]
            files = descriptor[1]
            if type(files) is dict:
                files = files.get("paths", ())
            prefix = prefixes[reader]
            mini_batch = [prefix + file for file in files]
            context = None
            if self._takes_context:
                partition = descriptor[2] if len(descriptor) > 2 else None
                context = MiniBatchContext(index, partition or {}, Dataset(self._names[reader], list(mini_batch)))
            carry_out(index, attempt, mini_batch, len(mini_batch), context, 0.0)
        attempts.flush(index, attempt)
        mark(self._marker, IDLE)


def file_batch(slice, root: str) -> list:
    """The paths of a file slice: a bare array on the wire, to keep millions of them short."""
    prefix = _prefix(root)
    return [prefix + file for file in (slice.get("paths", ()) if type(slice) is dict else slice)]


def _prefix(root: str) -> str:
    return root if root == "" or root.endswith("/") else root + "/"
