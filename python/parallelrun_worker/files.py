"""Mini-batches of files: nothing has to be read before `run`, so commands are taken one after the other."""

from __future__ import annotations

from .attempts import Attempts
from .channel import Channel
from .commands import follow
from .context import Dataset, MiniBatchContext
from .marker import IDLE, mark
from .wire import Task


class FileSource:
    def __init__(self, readers: list, first: int, marker, takes_context: bool, attempts: Attempts) -> None:
        self._names = [reader["name"] for reader in readers]
        self._prefixes = [_prefix(reader.get("root", "")) for reader in readers]
        self._marker = marker
        # The place in the input of the mini-batch that travels as number 0.
        self._first = first
        self._takes_context = takes_context
        self._attempts = attempts

    def work(self, channel: Channel) -> None:
        """Carries out commands until told to stop."""
        follow(channel, self)

    def frame(self, tasks) -> None:
        carry_out = self._attempts.carry_out
        for task in tasks:
            prefix = self._prefixes[task.reader]
            files = task.slice
            if type(files) is dict:
                files = files.get("paths", ())
            if task.part is not None:
                first, end = task.part
                files = files[first:end]
            mini_batch = [prefix + file for file in files]
            context = None
            if self._takes_context:
                dataset = Dataset(self._names[task.reader], list(mini_batch))
                context = MiniBatchContext(self._first + task.index, task.partition or {}, dataset)
            carry_out(task, mini_batch, len(mini_batch), context, 0.0)
        self._attempts.reports.flush()
        mark(self._marker, IDLE)

    def prepare(self, task: Task) -> Task:
        return task

    def go(self, task: Task) -> None:
        self.frame((task,))

    def drop(self, task: Task) -> None:
        pass


def file_batch(task: Task, root: str) -> list:
    """A file slice is a bare array on the wire, to keep millions of them short."""
    prefix = _prefix(root)
    files = task.slice.get("paths", ()) if type(task.slice) is dict else task.slice
    first, end = task.part or (0, len(files))
    return [prefix + file for file in files[first:end]]


def _prefix(root: str) -> str:
    return root if root == "" or root.endswith("/") else root + "/"
