"""Carrying out attempts: one call of `run` each, with what it returned."""

from __future__ import annotations

import sys
from time import time

from .channel import Channel
from .clock import monotonic
from .errors import AttemptError
from .marker import RUNNING, pack_into
from .reports import Reports
from .returned import drained, is_data_frame, lines, table_header, table_lines
from .wire import Task

# Bytes of data frames.
_MUCH_TEXT = 64 * 1024 * 1024


class Attempts:
    def __init__(self, run, init: dict, marker, channel: Channel, reports: Reports) -> None:
        self._run = run
        self._marker = marker
        self._channel = channel
        self.reports = reports
        self._fail_on_short_return = init["failOnShortReturn"]
        output = init["output"]
        self._keeps_rows = output["kind"] == "append_row"
        self._to_csv = output["settings"]["toCsv"] if self._keeps_rows else {}
        self._header_sent = False
        self._until_advice = _MUCH_TEXT

    def carry_out(self, task: Task, mini_batch, items: int, context, load_ms: float) -> None:
        """Never raises but in a forked child of the script."""
        started = int(time() * 1000)
        begun = monotonic()
        pack_into(self._marker, 0, begun * 1000, task.index, task.attempt, items, RUNNING)
        turn = self.reports.turn
        ended = None
        phase = "run"
        try:
            turn.release()
            if items == 0 and task.part is not None:
                # There were fewer items than its halves were made for.
                result = []
            else:
                result = self._run(mini_batch) if context is None else self._run(mini_batch, context)
            if self._channel.forked:
                sys.exit(0)
            if type(result) is not list:
                result = drained(result)
            turn.acquire()
            ended = monotonic()
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
                turn.acquire()
                ended = monotonic()
            if isinstance(error, AttemptError):
                phase = "return"
            self.reports.failed(task, items, phase, error, started, load_ms, (ended - begun) * 1000)
            return
        self.reports.done(task, items, returned, rows, started, load_ms, begun, ended)

    def _data_frame_rows(self, frame) -> bytes:
        rows = table_lines(frame, self._to_csv)
        if not self._header_sent:
            header = table_header(frame, self._to_csv)
            if header is not None:
                self.reports.header(header)
            self._header_sent = True
        if self._until_advice > 0:
            self._until_advice -= len(rows)
            if self._until_advice <= 0:
                self._advise()
        return rows

    def _advise(self) -> None:
        """For whoever has so much to write that it matters."""
        from . import frame_csv

        if not frame_csv.HAS_ARROW:
            message = f"With pyarrow, data frames become text several times as fast; it is not installed ({sys.executable} -m pip install pyarrow)."
            self._channel.send({"type": "notice", "level": "info", "message": message})
