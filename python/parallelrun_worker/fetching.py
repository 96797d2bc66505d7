"""What the node fetches for this worker: data that is not on this machine. The other end is `src/data/fetch/fetch-server.ts`."""

from __future__ import annotations

import _thread
import os
import socket
from json import dumps, loads

from .errors import AttemptError
from .wire import Task


class Fetching:
    """One thread asks; any may give back."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(address)
        self._answers = self._socket.makefile("rb", 1 << 18)
        self._writing = _thread.allocate_lock()
        self._last = 0
        # A child that the script forks must not keep alive what this worker holds.
        os.register_at_fork(after_in_child=self._close_in_child)

    def files(self, task: Task, root: str) -> "HeldFiles":
        """Brings the files of a mini-batch to this machine's disk. Raises AttemptError."""
        cut = task.slice if type(task.slice) is dict else {"paths": task.slice}
        first, end = task.part or (0, None)
        request = {"kind": "files", "reader": task.reader, "root": root, "paths": cut.get("paths", ())[first:end]}
        if "versions" in cut:
            request["versions"] = cut["versions"][first:end]
        number = self._send(request)
        return HeldFiles(self, number, self._answer()["paths"])

    def bytes(self, reader: int, path: str, start: int, end: int, version: str | None) -> bytes:
        """Bytes [start, end) of a file, by its path in the store. Raises AttemptError."""
        request = {"kind": "bytes", "reader": reader, "path": path, "start": start, "end": end}
        if version is not None:
            request["version"] = version
        self._send(request)
        length = self._answer()["bytes"]
        content = self._answers.read(length)
        if len(content) < length:
            raise _gone()
        return content

    def part(self, reader: int, path: str, part: dict, version: str | None) -> "HeldFiles":
        """Brings some of a file to this machine's disk: one as long as the whole, with holes. Raises AttemptError."""
        request = {"kind": "part", "reader": reader, "path": path, "part": part}
        if version is not None:
            request["version"] = version
        number = self._send(request)
        return HeldFiles(self, number, self._answer()["paths"])

    def give_back(self, number: int) -> None:
        self._write({"kind": "done", "id": number})

    def _send(self, request: dict) -> int:
        self._last += 1
        self._write({"id": self._last, **request})
        return self._last

    def _write(self, request: dict) -> None:
        with self._writing:
            # Names that are not UTF-8 do not come from stores.
            self._socket.sendall(dumps(request).encode("utf-8") + b"\n")

    def _answer(self) -> dict:
        line = self._answers.readline()
        if not line:
            raise _gone()
        answer = loads(line)
        if "error" in answer:
            raise AttemptError("DataError", answer["error"])
        return answer

    def _close_in_child(self) -> None:
        self._answers.close()
        self._socket.close()


class HeldFiles:
    """Files on this machine's disk, until they are given back."""

    __slots__ = ("paths", "_fetching", "_number")

    def __init__(self, fetching: Fetching, number: int, paths: list) -> None:
        self.paths = paths
        self._fetching = fetching
        self._number = number

    def give_back(self) -> None:
        self._fetching.give_back(self._number)


def _gone() -> OSError:
    return OSError("the node fetches no more")
