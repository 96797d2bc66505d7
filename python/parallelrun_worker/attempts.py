"""Carrying out attempts, and telling of them.

Rows, log lines and outcomes of quick attempts are gathered and written together: the rows first, so that an outcome never
names bytes that are not there, and the outcomes at the end of a frame or after five milliseconds. While a slow `run` is busy,
another thread tells what was done before it (`report_late`).
"""

from __future__ import annotations

import errno
import json
import os
import sys
from binascii import crc32
from time import gmtime, sleep, strftime, time

from .channel import Channel
from .descriptors import closed_by_script, open_for_append, write_all
from .errors import AttemptError, script_error
from .marker import RUNNING, WRITING, mark, pack_into
from .returned import drained, is_data_frame, lines, table_lines
from .streams import reopen_closed

_REPORT_INTERVAL = 0.005
_LATE_AFTER = 0.1
_BUFFER_LIMIT = 4 * 1024 * 1024


class Attempts:
    def __init__(self, run, init: dict, marker, channel: Channel) -> None:
        self._run = run
        self._marker = marker
        self._channel = channel
        self._fail_on_short_return = init["failOnShortReturn"]
        self._log = open_for_append(init["taskLog"])
        output = init["output"]
        self._keeps_rows = output["kind"] == "append_row"
        self._segment = open_for_append(output["segment"]) if self._keeps_rows else -1
        self._to_csv = output["settings"]["toCsv"] if self._keeps_rows else {}
        self._header_sent = False
        # Bytes of the segment that are on disk, and with those that are still here.
        self._written = self._offset = os.fstat(self._segment).st_size if self._keeps_rows else 0
        self._rows: list = []
        self._outcomes: list = []
        self._log_lines: list = []
        self._last_report = 0.0
        # Who may touch what was gathered: this thread when `run` is not running, else the other one while it reports.
        self._is_running = False
        self._is_reporting_late = False
        self._second = 0
        self._second_text = ""

    def carry_out(self, index: int, attempt: int, mini_batch, items: int, context, load_ms: float) -> None:
        """One call of `run`, with what it returned. Never raises but in a forked child of the script."""
        begun = time()
        pack_into(self._marker, 0, begun * 1000, index, attempt, RUNNING, 0)
        ended = None
        phase = "run"
        self._is_running = True
        try:
            result = self._run(mini_batch) if context is None else self._run(mini_batch, context)
            if self._channel.forked:
                sys.exit(0)
            if type(result) is not list:
                result = drained(result)
            self._is_running = False
            if self._is_reporting_late:
                self._wait_for_late_report()
            ended = time()
            phase = "return"
            returned = len(result)
            if returned < items and self._fail_on_short_return:
                raise AttemptError("ShortReturn", f"run() returned {returned} rows for {items} items, and --fail_on_short_return is set")
            rows = b""
            if self._keeps_rows:
                rows = lines(result) if type(result) is list or not is_data_frame(result) else self._data_frame_rows(result)
        except BaseException as error:
            if self._channel.forked:
                raise
            if ended is None:
                ended = time()
                self._is_running = False
                self._wait_for_late_report()
            if isinstance(error, AttemptError):
                phase = "return"
            self.failed(index, attempt, items, phase, error, begun, load_ms, max(0.0, (ended - begun) * 1000))
            return
        run_ms = ended - begun
        run_ms = run_ms * 1000 if run_ms > 0 else 0.0
        size = len(rows)
        offset = checksum = 0
        if size:
            offset = self._offset
            checksum = crc32(rows)
            self._rows.append(rows)
            self._offset = offset + size
        # Of the ways to format these, this is the quickest.
        self._outcomes.append(
            "[%d,%d,%d,%d,%d,%d,%d,%d,%.3f,%.3f]"
            % (index, attempt, items, returned, offset, size, checksum, begun * 1000, load_ms, run_ms)
        )
        good = returned if returned < items else items
        self._log_line(begun, index, attempt, items, good, items - good, load_ms, run_ms)
        if ended - self._last_report > _REPORT_INTERVAL or self._offset - self._written > _BUFFER_LIMIT:
            self.flush(index, attempt)

    def failed(self, index: int, attempt: int, items, phase: str, error: BaseException, begun: float, load_ms: float, run_ms: float) -> None:
        self.flush(index, attempt)
        self._log_line(begun, index, attempt, items, 0, items, load_ms, run_ms)
        self._write_log()
        reopen_closed()
        self._send_failed(index, attempt, items, phase, script_error(error), int(begun * 1000), load_ms, run_ms)

    def flush(self, index: int, attempt: int) -> None:
        """Writes what was gathered and reports it; the mini-batch is the one that is at work."""
        if self._rows:
            mark(self._marker, WRITING, index, attempt)
        self._write_and_report()

    def report_late(self) -> None:
        """Tells what was done before a `run` that takes its time. Called by another thread, now and then."""
        if not self._is_running or not self._outcomes or time() - self._last_report < _LATE_AFTER:
            return
        self._is_reporting_late = True
        try:
            # Each thread says what it wants before it looks what the other does, so never both go on.
            if self._is_running:
                self._write_and_report()
        finally:
            self._is_reporting_late = False

    def _wait_for_late_report(self) -> None:
        while self._is_reporting_late:
            sleep(0.0005)

    def _write_and_report(self) -> None:
        if self._rows:
            try:
                write_all(self._segment, b"".join(self._rows))
            except OSError as error:
                self._rows_lost(error)
                return
            self._rows.clear()
            self._written = self._offset
        self._write_log()
        if self._outcomes:
            self._channel.send_text(f"[{','.join(self._outcomes)}]")
            self._outcomes.clear()
        self._last_report = time()

    def _data_frame_rows(self, frame) -> bytes:
        header, rows = table_lines(frame, self._to_csv)
        if header is not None and not self._header_sent:
            self._channel.send({"type": "header", "text": header})
            self._header_sent = True
        return rows

    def _rows_lost(self, error: OSError) -> None:
        """Nothing that was gathered counts: its rows could not be written."""
        if error.errno == errno.EBADF:
            closed_by_script()
        described = script_error(error)
        described["message"] = f"rows could not be written to the output: {error}"
        lost = json.loads(f"[{','.join(self._outcomes)}]")
        self._rows.clear()
        self._outcomes.clear()
        self._log_lines.clear()
        try:
            os.ftruncate(self._segment, self._written)
        except OSError:
            pass
        self._written = self._offset = os.fstat(self._segment).st_size
        for index, attempt, items, _, _, _, _, begun, load_ms, run_ms in lost:
            self._log_line(begun / 1000, index, attempt, items, 0, items, load_ms, run_ms)
            self._send_failed(index, attempt, items, "write", described, begun, load_ms, run_ms)
        self._write_log()

    def _send_failed(self, index, attempt, items, phase: str, error: dict, started: int, load_ms: float, run_ms: float) -> None:
        self._channel.send(
            {
                "type": "failed",
                "index": index,
                "attempt": attempt,
                "items": items,
                "phase": phase,
                "error": error,
                "started": started,
                "loadMs": round(load_ms, 3),
                "runMs": round(run_ms, 3),
            }
        )

    def _log_line(self, begun: float, index, attempt, items, good, bad, load_ms: float, run_ms: float) -> None:
        second = int(begun)
        if second != self._second:
            self._second = second
            self._second_text = strftime("%Y-%m-%dT%H:%M:%S", gmtime(second))
        whole_ms = load_ms + run_ms
        if items is None:
            items = bad = "unknown"
        times = "0.000 s, run 0.000 s" if whole_ms < 0.5 else "%.3f s, run %.3f s" % (whole_ms / 1000, run_ms / 1000)
        self._log_lines.append(
            f"{self._second_text}.{int((begun - second) * 1000):03d}Z mini-batch {index} attempt {attempt}: {items} items, {good} ok, "
            f"{bad} failed, {times}\n"
        )

    def _write_log(self) -> None:
        if not self._log_lines:
            return
        text = "".join(self._log_lines)
        self._log_lines.clear()
        if self._log < 0:
            return
        try:
            write_all(self._log, text.encode())
        except OSError as error:
            # A log that cannot be written must not end a run; it is said once.
            self._log = -1
            message = f"the log of mini-batches could not be written any further: {error}"
            self._channel.send({"type": "notice", "level": "warning", "message": message})
