from __future__ import annotations

import json

from ..errors import AttemptError


class DataError(AttemptError):
    """Data that is not what the planner decided. Says file, line, column, value, and the setting that decides."""

    def __init__(self, message: str) -> None:
        super().__init__("DataError", message)


class Misfit(Exception):
    """Something wrong in a row; the format that read it knows where the row (counted in the slice) is in the file."""

    def __init__(self, row: int, message: str) -> None:
        super().__init__(message)
        self.row = row


def not_of_type(row: int, column: str, value, expected: str) -> Misfit:
    return Misfit(row, f"column {shown(column)}: {shown(value)} is not {expected}.")


def cannot_become(row: int, column: str, value, expected: str) -> Misfit:
    text = shown(value if isinstance(value, str) else str(value))
    return Misfit(row, f"column {shown(column)}: {text} cannot become {expected}, which convert_column_types or column_type_overrides asks for.")


def shown(value) -> str:
    """A value as JSON has it, not longer than a line."""
    if isinstance(value, str) and len(value) > 80:
        value = value[:79] + "…"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 85 else text[:84] + "…"
