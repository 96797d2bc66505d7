"""Mini-batches of tables: a thread takes the commands and reads the next slice while `run` has the last one."""

from __future__ import annotations

import _thread
import os
import sys
from _queue import SimpleQueue
from importlib.util import find_spec
from time import time

from .channel import Channel
from .context import Dataset, MiniBatchContext
from .files import file_batch
from .marker import IDLE, LOADING, mark


class Loaded:
    """A task with its data, or with the reason why there is none."""

    __slots__ = ("task", "begun", "load_ms", "data", "dataset", "error", "was_read_ahead")

    def __init__(self, task: list) -> None:
        self.task = task
        self.begun = time()
        self.load_ms = 0.0
        self.data = self.dataset = self.error = None
        self.was_read_ahead = False


class TableSource:
    def __init__(self, readers: list, channel: Channel, marker, takes_context: bool) -> None:
        from .tables.reader import TableReader

        self._readers = readers
        self._tables = [TableReader(reader) if reader["kind"] == "table" else None for reader in readers]
        self._channel = channel
        self._marker = marker
        self._takes_context = takes_context
        self._ready = SimpleQueue()
        # One token: of the tasks of a frame, one at a time is read ahead of the one that runs.
        self._room = SimpleQueue()
        self._room.put(None)
        self._lock = _thread.allocate_lock()
        # A fork waits for the slice that is being read: the child would inherit its locks, and nobody to open them.
        self._reading = _thread.allocate_lock()
        os.register_at_fork(before=self._reading.acquire, after_in_parent=self._reading.release, after_in_child=self._reading.release)
        self._loading = None
        self._is_waiting = False

    def work(self, attempts) -> None:
        """Carries out commands until told to stop."""
        _thread.start_new_thread(self._take_commands, ())
        while True:
            loaded = self._wait_for_next()
            if loaded is None:
                return
            index, attempt, descriptor = loaded.task
            if loaded.error is not None:
                attempts.failed(index, attempt, None, "load", loaded.error, loaded.begun, loaded.load_ms, 0.0)
            else:
                context = None
                if self._takes_context:
                    partition = descriptor[2] if len(descriptor) > 2 else None
                    context = MiniBatchContext(index, partition or {}, loaded.dataset)
                data, loaded.data = loaded.data, None
                attempts.carry_out(index, attempt, data, len(data), context, loaded.load_ms)
                # Its memory is free before the next one is taken.
                data = None
            if self._ready.empty():
                attempts.flush(index, attempt)

    def _wait_for_next(self):
        with self._lock:
            self._is_waiting = True
            self._mark_waiting()
        loaded = self._ready.get()
        with self._lock:
            self._is_waiting = False
        if loaded is not None and loaded.was_read_ahead:
            self._room.put(None)
        return loaded

    def _take_commands(self) -> None:
        held: dict = {}
        while True:
            command = self._channel.receive()
            if type(command) is list:
                for task in command:
                    self._room.get()
                    loaded = self._load(task)
                    loaded.was_read_ahead = True
                    self._ready.put(loaded)
                continue
            kind = command["type"]
            if kind == "load":
                held[command["task"][0]] = self._load(command["task"])
            elif kind == "go":
                self._ready.put(held.pop(command["index"]))
            elif kind == "drop":
                held.pop(command["index"], None)
            elif kind == "stop":
                self._ready.put(None)
                return

    def _load(self, task: list) -> Loaded:
        loaded = Loaded(task)
        self._set_loading(task)
        try:
            with self._reading:
                loaded.data, loaded.dataset = self._read(task[2])
        except BaseException as error:
            loaded.error = error
        loaded.load_ms = max(0.0, (time() - loaded.begun) * 1000)
        self._set_loading(None)
        return loaded

    def _read(self, descriptor: list):
        number, slice = descriptor[0], descriptor[1]
        name, table = self._readers[number]["name"], self._tables[number]
        if table is None:
            files = file_batch(slice, self._readers[number].get("root", ""))
            return files, Dataset(name, list(files))
        from .tables.reader import describe

        return table.read(slice), Dataset(name, table.paths(slice), describe(slice))

    def _set_loading(self, task) -> None:
        with self._lock:
            self._loading = task
            if self._is_waiting:
                self._mark_waiting()

    def _mark_waiting(self) -> None:
        if self._loading is None:
            mark(self._marker, IDLE)
        else:
            mark(self._marker, LOADING, self._loading[0], self._loading[1])


def require_pandas(readers: list) -> bool:
    """Whether an input is a table. Raises ModuleNotFoundError when it is and pandas is missing."""
    table = next((reader for reader in readers if reader["kind"] == "table"), None)
    if table is None:
        return False
    if find_spec("pandas") is None:
        raise ModuleNotFoundError(
            f"input \"{table['name']}\" is a table, which a Python script gets as a pandas DataFrame, and pandas is not installed "
            f"({sys.executable} -m pip install pandas).",
            name="pandas",
        )
    return True
