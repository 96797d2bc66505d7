from __future__ import annotations

from ..errors import AttemptError


class DataError(AttemptError):
    """Data that does not fit what the planner decided. Says file, row, column, value, and the setting that decides."""

    def __init__(self, message: str) -> None:
        super().__init__("DataError", message)


class Misfit(Exception):
    """A value that does not fit; the format that read it knows where its row (counted in the slice) is in the file."""

    def __init__(self, row: int, column: str, value, expected: str, setting: str = "") -> None:
        super().__init__(f"column {column!r}: {shown(value)} is not {expected}{'. ' + setting if setting else ''}")
        self.row = row
        self.column = column
        self.value = value
        self.expected = expected


def shown(value) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "…"
