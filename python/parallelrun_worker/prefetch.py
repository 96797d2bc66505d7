"""Mini-batches that must be read or fetched: a thread takes the commands and gets the next one while `run` has the last one."""

from __future__ import annotations

import _thread
import os
import sys
from _queue import SimpleQueue
from importlib.util import find_spec
from time import monotonic, time

from .attempts import Attempts
from .channel import Channel
from .commands import follow
from .context import Dataset, MiniBatchContext
from .files import file_batch
from .marker import IDLE, LOADING, mark
from .wire import Task


class Loaded:
    """A task with its data, or with the reason why there is none."""

    __slots__ = ("task", "started", "load_ms", "data", "dataset", "held", "error", "was_read_ahead")

    def __init__(self, task: Task) -> None:
        self.task = task
        self.started = int(time() * 1000)
        self.load_ms = 0.0
        self.data = self.dataset = self.held = self.error = None
        self.was_read_ahead = False


class ReadAhead:
    def __init__(self, readers: list, first: int, fetching, marker, takes_context: bool, attempts: Attempts) -> None:
        self._readers = readers
        self._fetching = fetching
        self._tables = [_table(number, reader, fetching) if reader["kind"] == "table" else None for number, reader in enumerate(readers)]
        self._marker = marker
        # The place in the input of the mini-batch that travels as number 0.
        self._first = first
        self._takes_context = takes_context
        self._attempts = attempts
        self._ready = SimpleQueue()
        # One token: of the tasks of a frame, one at a time is read ahead of the one that runs.
        self._room = SimpleQueue()
        self._room.put(None)
        self._lock = _thread.allocate_lock()
        # A fork waits for the slice that is being read: the child would inherit its locks, and nobody to open them.
        self._reading = _thread.allocate_lock()
        os.register_at_fork(before=self._reading.acquire, after_in_parent=self._reading.release, after_in_child=self._reading.release)
        self._loading: Task | None = None
        self._is_waiting = False

    def work(self, channel: Channel) -> None:
        """Carries out commands until told to stop."""
        _thread.start_new_thread(self._take_commands, (channel,))
        while True:
            loaded = self._wait_for_next()
            if loaded is None:
                return
            self._carry_out(loaded)
            if self._ready.empty():
                self._attempts.reports.flush()

    # What the thread does that takes commands.

    def frame(self, tasks) -> None:
        for task in tasks:
            self._room.get()
            loaded = self.prepare(task)
            loaded.was_read_ahead = True
            self._ready.put(loaded)

    def prepare(self, task: Task) -> Loaded:
        loaded = Loaded(task)
        begun = monotonic()
        self._set_loading(task)
        try:
            with self._reading:
                self._read(loaded)
        except BaseException as error:
            loaded.error = error
        loaded.load_ms = (monotonic() - begun) * 1000
        self._set_loading(None)
        return loaded

    def go(self, loaded: Loaded) -> None:
        self._ready.put(loaded)

    def _take_commands(self, channel: Channel) -> None:
        follow(channel, self)
        self._ready.put(None)

    def drop(self, loaded: Loaded) -> None:
        if loaded.held is not None:
            loaded.held.give_back()

    def _read(self, loaded: Loaded) -> None:
        task = loaded.task
        reader, table = self._readers[task.reader], self._tables[task.reader]
        if table is None:
            root = reader.get("root", "")
            if "store" in reader:
                loaded.held = self._fetching.files(task, root)
                files = loaded.held.paths
            else:
                files = file_batch(task, root)
            loaded.data, loaded.dataset = files, Dataset(reader["name"], list(files))
            return
        from .tables.reader import describe

        rows = table.read(task.slice)
        if task.part is not None:
            first, end = task.part
            rows = rows.iloc[first:end].reset_index(drop=True)
        loaded.data, loaded.dataset = rows, Dataset(reader["name"], table.paths(task.slice), describe(task.slice))

    # What the thread does that calls `run`.

    def _carry_out(self, loaded: Loaded) -> None:
        task = loaded.task
        if loaded.error is not None:
            self._attempts.reports.failed(task, None, "load", loaded.error, loaded.started, loaded.load_ms, 0.0)
            return
        context = MiniBatchContext(self._first + task.index, task.partition or {}, loaded.dataset) if self._takes_context else None
        # Its memory is free when `run` is over.
        data, loaded.data = loaded.data, None
        self._attempts.carry_out(task, data, len(data), context, loaded.load_ms)
        self.drop(loaded)

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

    def _set_loading(self, task: Task | None) -> None:
        with self._lock:
            self._loading = task
            if self._is_waiting:
                self._mark_waiting()

    def _mark_waiting(self) -> None:
        if self._loading is None:
            mark(self._marker, IDLE)
        else:
            mark(self._marker, LOADING, self._loading.index, self._loading.attempt)


def _table(number: int, reader: dict, fetching):
    from .far_file import FarFile
    from .tables.reader import TableReader

    return TableReader(reader, (lambda path: FarFile(path, fetching, number, reader["store"])) if "store" in reader else None)


def require_pandas(readers: list) -> None:
    """Raises ModuleNotFoundError when pandas is missing. An input is a table."""
    if find_spec("pandas") is None:
        table = next(reader for reader in readers if reader["kind"] == "table")
        raise ModuleNotFoundError(
            f"input \"{table['name']}\" is a table, which a Python script gets as a pandas DataFrame, and pandas is not installed "
            f"({sys.executable} -m pip install pandas).",
            name="pandas",
        )
