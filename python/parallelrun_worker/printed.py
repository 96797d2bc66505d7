"""How far the script's output has come: which bytes of its log files belong to which mini-batch."""

from __future__ import annotations

from os import SEEK_CUR, fstat, lseek


class Printed:
    """Tells, by the positions of the descriptors, what was printed since it was last asked, whoever in this process or below it wrote it."""

    def __init__(self) -> None:
        self._out = _size(1)
        self._err = _size(2)

    def since(self) -> str:
        """`, stdout 0-120, stderr 7-9`: the bytes of the log files; empty where there are none."""
        try:
            out = lseek(1, 0, SEEK_CUR)
            err = lseek(2, 0, SEEK_CUR)
        except OSError:
            # Closed by the script, or no file.
            return ""
        # Nobody has written yet where the position is still 0.
        if (out == self._out or out == 0) and (err == self._err or err == 0):
            return ""
        text = _range("stdout", self._out, out) + _range("stderr", self._err, err)
        self._out = out or self._out
        self._err = err or self._err
        return text


def _range(name: str, start: int, end: int) -> str:
    if end in (start, 0):
        return ""
    # A log that was cut meanwhile does not say where this began.
    return f", {name} {start if start < end else ''}-{end}"


def _size(descriptor: int) -> int:
    try:
        return fstat(descriptor).st_size
    except OSError:
        return 0
