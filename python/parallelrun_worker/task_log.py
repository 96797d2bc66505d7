"""`sys/node/<node>/<processNNN>.txt`: one line for each attempt. A log that cannot be written stops nothing."""

from __future__ import annotations

from time import gmtime, strftime, time

from .channel import Channel
from .descriptors import open_for_append, write_all
from .wire import Outcome


class TaskLog:
    def __init__(self, path: str, channel: Channel) -> None:
        self._file = open_for_append(path)
        self._channel = channel
        self._started = -1
        self._started_text = ""

    def write_init(self, printed: str) -> None:
        """What `init()` printed."""
        now = int(time() * 1000)
        self._append(f"{strftime('%Y-%m-%dT%H:%M:%S', gmtime(now // 1000))}.{now % 1000:03d}Z init(){printed}\n")

    def write_done(self, outcomes: list, prints: dict) -> None:
        """`prints`: what was printed, by index, where something was."""
        self._append("".join([self._line(one, one.returned if one.returned < one.items else one.items, prints) for one in outcomes]))

    def write_failed(self, attempts: list, prints: dict) -> None:
        """`items` is None for those whose data could not be read."""
        self._append("".join([self._line(one, 0, prints) for one in attempts]))

    def _line(self, attempt: Outcome, good: int, prints: dict) -> str:
        index, number, items, _, _, _, _, started, load_ms, run_ms = attempt
        if started != self._started:
            # Of quick mini-batches, hundreds begin in the same millisecond.
            self._started = started
            self._started_text = f"{strftime('%Y-%m-%dT%H:%M:%S', gmtime(started // 1000))}.{started % 1000:03d}Z"
        whole_ms = load_ms + run_ms
        times = "0.000 s, run 0.000 s" if whole_ms < 0.5 else "%.3f s, run %.3f s" % (whole_ms / 1000, run_ms / 1000)
        bad = "unknown" if items is None else items - good
        return (
            f"{self._started_text} mini-batch {index} attempt {number}: "
            f"{'unknown' if items is None else items} items, {good} ok, {bad} failed, {times}{prints.get(index, '') if prints else ''}\n"
        )

    def _append(self, text: str) -> None:
        if self._file < 0 or not text:
            return
        try:
            write_all(self._file, text.encode())
        except OSError as error:
            self._file = -1
            message = f"the log of mini-batches could not be written any further: {error}"
            self._channel.send({"type": "notice", "level": "warning", "message": message})
