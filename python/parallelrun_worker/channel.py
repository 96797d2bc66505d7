"""The two pipes to the coordinator: commands come in on descriptor 3, reports go out on descriptor 4, as lines of JSON."""

from __future__ import annotations

import errno
import os

# By name: a script may put its own in their place.
from json import dumps, loads

from .descriptors import closed_by_script, out_of_reach, write_all

_COMMANDS, _REPORTS = 3, 4
_SIGKILL = 9
_TICK_MS = 100


class Channel:
    def __init__(self) -> None:
        self.commands = out_of_reach(_COMMANDS)
        self.reports = out_of_reach(_REPORTS)
        self._rest: list[bytes] = []
        self._lines: list[str] = []
        # A forked child of the script must neither answer for its parent nor keep the pipes open.
        os.register_at_fork(after_in_child=self._close_in_child)
        self.forked = False
        self.on_tick = lambda: None

    def receive(self):
        """The next command, waiting for it. Does not return when the coordinator is gone."""
        while not self._lines:
            try:
                chunk = os.read(self.commands, 65536)
            except OSError as error:
                _pipe_is_broken(error)
            if not chunk:
                coordinator_is_gone()
            head, newline, tail = chunk.rpartition(b"\n")
            if not newline:
                self._rest.append(chunk)
                continue
            self._rest.append(head)
            self._lines = b"".join(self._rest).decode("utf-8", "surrogateescape").split("\n")
            self._lines.reverse()
            self._rest = [tail]
        return loads(self._lines.pop())

    def send(self, report) -> None:
        self.send_text(dumps(report))

    def send_text(self, report: str) -> None:
        try:
            write_all(self.reports, report.encode("utf-8") + b"\n")
        except OSError as error:
            _pipe_is_broken(error)

    def watch(self) -> None:
        """
        Ends this process and its children as soon as the coordinator is gone, also while the script is busy.
        Calls `on_tick` ten times a second, from a thread of its own.
        """
        import _thread

        _thread.start_new_thread(self._wait_for_hang_up, ())

    def _wait_for_hang_up(self) -> None:
        import select

        poll = select.poll()
        # A hang-up is always reported; asking for nothing else leaves the commands to their reader.
        poll.register(self.commands, getattr(select, "POLLRDHUP", 0))
        events = []
        while not events:
            self.on_tick()
            events = poll.poll(_TICK_MS)
        if events[0][1] & select.POLLNVAL:
            closed_by_script()
        coordinator_is_gone()

    def _close_in_child(self) -> None:
        self.forked = True
        for descriptor in (self.commands, self.reports):
            try:
                os.close(descriptor)
            except OSError:
                pass


def _pipe_is_broken(error: OSError) -> None:
    if error.errno == errno.EBADF:
        closed_by_script()
    coordinator_is_gone()


def coordinator_is_gone() -> None:
    """Nobody wants the results any more: ends at once, with every process that the script started."""
    if os.getpgrp() == os.getpid():
        os.killpg(0, _SIGKILL)
    os.kill(os.getpid(), _SIGKILL)
