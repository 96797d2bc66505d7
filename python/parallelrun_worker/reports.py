"""What became of attempts, told in groups.

Rows, log lines and outcomes of quick attempts are gathered and written together: the rows first, so that an outcome never
names bytes that are not there, and the outcomes at the end of a frame or after five milliseconds. While a slow `run` is busy,
another thread tells what was done before it (`report_late`).
"""

from __future__ import annotations

import errno
import os
from _thread import RLock
from binascii import crc32
from time import monotonic

from .channel import Channel
from .descriptors import closed_by_script, open_for_append, write_all
from .errors import script_error
from .marker import WRITING, mark
from .printed import Printed
from .streams import reopen_closed
from .task_log import TaskLog
from .wire import Outcome, Task, encode_outcomes, new

_REPORT_INTERVAL = 0.005
_LATE_AFTER = 0.1
_BUFFER_LIMIT = 4 * 1024 * 1024


class Reports:
    def __init__(self, init: dict, marker, channel: Channel, printed: Printed) -> None:
        self._marker = marker
        self._channel = channel
        self._log = TaskLog(init["taskLog"], channel)
        self._printed = printed
        # What the gathered ones printed, by the places of the logs where it is.
        self._prints: dict = {}
        in_init = printed.since()
        if in_init:
            self._log.write_init(in_init)
        output = init["output"]
        self._segment = open_for_append(output["segment"]) if output["kind"] == "append_row" else -1
        # Bytes of the segment that are on disk, and with those that are still here.
        self._written = self._offset = 0 if self._segment < 0 else os.fstat(self._segment).st_size
        self._rows: list = []
        self._outcomes: list = []
        self._last = 0.0
        # Who may touch the above: the thread that carries out attempts, but while `run` has it; then the one that tells late.
        # One that its owner may take twice, as happens when a signal handler of the script raises just after it was taken.
        self.turn = RLock()
        self.turn.acquire()

    def done(self, task: Task, items: int, returned: int, rows: bytes, started: int, load_ms: float, begun: float, ended: float) -> None:
        """`begun` and `ended` are when `run` was, by the monotonic clock."""
        size = len(rows)
        offset = checksum = 0
        if size:
            offset = self._offset
            checksum = crc32(rows)
            self._rows.append(rows)
            self._offset = offset + size
        run_ms = (ended - begun) * 1000
        printed = self._printed.since()
        if printed:
            self._prints[task.index] = printed
        self._outcomes.append(new(Outcome, (task.index, task.attempt, items, returned, offset, size, checksum, started, load_ms, run_ms)))
        if ended - self._last > _REPORT_INTERVAL or self._offset - self._written > _BUFFER_LIMIT:
            self.flush()

    def failed(self, task: Task, items: int | None, phase: str, error: BaseException, started: int, load_ms: float, run_ms: float) -> None:
        self.flush()
        failed = Outcome(task.index, task.attempt, items, 0, 0, 0, 0, started, load_ms, run_ms)
        self._log.write_failed([failed], {task.index: self._printed.since()})
        reopen_closed()
        self._send_failed(failed, phase, script_error(error))

    def header(self, text: str) -> None:
        """What must be known before rows count: the first line of the output file, or its columns."""
        self._channel.send({"type": "header", "text": text})

    def notice(self, level: str, message: str) -> None:
        self._channel.send({"type": "notice", "level": level, "message": message})

    def flush(self) -> None:
        """Writes what was gathered and reports it."""
        if self._rows:
            last = self._outcomes[-1]
            mark(self._marker, WRITING, last.index, last.attempt)
        self._write_and_report()

    def report_late(self) -> None:
        """Tells what was done before a `run` that takes its time. Called by another thread, now and then."""
        if not self.turn.acquire(blocking=False):
            return
        try:
            if self._outcomes and monotonic() - self._last >= _LATE_AFTER:
                self._write_and_report()
        finally:
            self.turn.release()

    def _write_and_report(self) -> None:
        outcomes = self._outcomes
        if self._rows:
            try:
                write_all(self._segment, b"".join(self._rows))
            except OSError as error:
                self._rows_lost(error)
                return
            self._rows = []
            self._written = self._offset
        if outcomes:
            prints, self._prints = self._prints, {}
            self._outcomes = []
            self._log.write_done(outcomes, prints)
            self._channel.send_text(encode_outcomes(outcomes))
        self._last = monotonic()

    def _rows_lost(self, error: OSError) -> None:
        """Nothing that was gathered counts: its rows could not be written."""
        if error.errno == errno.EBADF:
            closed_by_script()
        described = script_error(error)
        described["message"] = f"rows could not be written to the output: {error}"
        lost = self._outcomes
        prints, self._prints = self._prints, {}
        self._rows, self._outcomes = [], []
        try:
            os.ftruncate(self._segment, self._written)
        except OSError:
            # What is too much stays, in a range that no outcome names.
            pass
        self._written = self._offset = os.fstat(self._segment).st_size
        for outcome in lost:
            self._send_failed(outcome, "write", described)
        self._log.write_failed(lost, prints)

    def _send_failed(self, attempt: Outcome, phase: str, error: dict) -> None:
        self._channel.send(
            {
                "type": "failed",
                "index": attempt.index,
                "attempt": attempt.attempt,
                "items": attempt.items,
                "phase": phase,
                "error": error,
                "started": attempt.started,
                "loadMs": round(attempt.load_ms, 3),
                "runMs": round(attempt.run_ms, 3),
            }
        )
