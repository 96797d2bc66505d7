"""The file that a process writes what it logs to: JSON lines, only ever appended to."""

from __future__ import annotations

import json
import os
import time


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


class RunLog:
    """folder: one file for each worker, one for all processes of a command. What reads them is `src/pipeline/tracking/read-run-log.ts`."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._file = None

    def write(self, entry: dict) -> None:
        """One call of the system, so that lines of several processes do not mix, and a process that is killed leaves whole ones."""
        entry["time"] = int(time.time() * 1000)
        data = (_encode(entry) + "\n").encode("utf-8", "backslashreplace")
        number = self._open()
        while data:
            data = data[os.write(number, data) :]

    def entries(self):
        """Those of all processes so far, as dicts; in order within a process."""
        if not os.path.isdir(self.folder):
            return
        for name in sorted(os.listdir(self.folder)):
            with open(os.path.join(self.folder, name), encoding="utf-8", errors="replace") as file:
                for line in file:
                    try:
                        yield json.loads(line)
                    except ValueError:
                        # Cut by a full disk.
                        continue

    def _open(self) -> int:
        if self._file is None:
            os.makedirs(self.folder, exist_ok=True)
            path = os.path.join(self.folder, _process_name() + ".jsonl")
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), 0o666)
            size = os.fstat(self._file).st_size
            if size > 0 and os.pread(self._file, 1, size - 1) != b"\n":
                os.write(self._file, b"\n")
        return self._file


def _process_name() -> str:
    """`node0-process003`; in a command `command`."""
    worker = os.environ.get("PARALLELRUN_ENTRY_SCRIPT")
    if worker is None:
        return "command"
    described = json.loads(worker)
    return "%s-%s" % (os.path.basename(described["log_dir"]), described["agent_name"])
