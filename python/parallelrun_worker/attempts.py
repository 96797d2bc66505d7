"""Carrying out attempts: one call of `run` each, with what it returned."""

from __future__ import annotations

import sys
from time import time

from .channel import Channel
from .clock import monotonic
from .errors import AttemptError
from .marker import RUNNING, pack_into
from .reports import Reports
from .returned import drained
from .rows import row_encoder
from .wire import Task


class Attempts:
    def __init__(self, run, init: dict, marker, channel: Channel, reports: Reports) -> None:
        self._run = run
        self._marker = marker
        self._channel = channel
        self.reports = reports
        self._fail_on_short_return = init["failOnShortReturn"]
        output = init["output"]
        self._rows = row_encoder(output, reports) if output["kind"] == "append_row" else None

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
            rows = b"" if self._rows is None else self._rows.encode(result)
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
