"""JSON lines: one object a line; a column is a key."""

from __future__ import annotations

import json

import pandas

from .dates import parse_dates
from .decoding import decoded
from .errors import DataError, Misfit, not_of_type, shown
from .slices import lines_before, read_bytes
from .types import EXPECTED, dtype_of


class JsonLinesFile:
    def __init__(self, reader: dict) -> None:
        self._columns = reader["columns"]
        self._names = {column["name"] for column in self._columns}
        self._hint = reader["typesHint"]
        self._encoding = reader["format"]["encoding"]
        self._drops_bad_rows = reader["format"]["badRows"] == "drop"

    def read(self, path: str, slice: dict) -> pandas.DataFrame:
        rows, lines = self._rows(path, slice)
        try:
            values = {i: self._column(rows, column) for i, column in enumerate(self._columns)}
        except Misfit as misfit:
            raise DataError(f"{_place(path, slice, lines[misfit.row])}: {misfit} {self._hint}") from None
        frame = pandas.DataFrame(values, index=range(len(rows)))
        frame.columns = [column["name"] for column in self._columns]
        return frame

    def place(self, path: str, slice: dict, row: int) -> str:
        return _place(path, slice, self._rows(path, slice)[1][row])

    def _rows(self, path: str, slice: dict):
        """The objects of a slice, and in which of its lines each stands."""
        data = decoded(path, slice, read_bytes(path, slice), self._encoding)
        rows: list = []
        lines: list = []
        names = self._names
        for number, line in enumerate(data.split(b"\n")):
            if line in (b"", b"\r"):
                continue
            try:
                row = json.loads(line, parse_constant=_refuse)
                if type(row) is not dict:
                    raise ValueError("an object is expected")
            except ValueError:
                if self._drops_bad_rows:
                    continue
                raise DataError(
                    f"{_place(path, slice, number)}: the line is no JSON object: {shown(line[:500].decode('utf-8', 'replace'))}. "
                    "invalid_lines: drop in an MLTable leaves such lines out."
                ) from None
            if not row.keys() <= names:
                unknown = next(name for name in row if name not in names)
                raise DataError(f"{_place(path, slice, number)}: the key {shown(unknown)} is no column. {self._hint}")
            rows.append(row)
            lines.append(number)
        return rows, lines

    def _column(self, rows: list, column: dict) -> pandas.Series:
        name, kind = column["name"], column["type"]
        values = [row.get(name) for row in rows]
        if kind == "object":
            return pandas.Series(values, dtype=object)
        fits = _FITS[kind]
        nullable = column["nullable"]
        for number, value in enumerate(values):
            if value is None:
                if not nullable:
                    raise not_of_type(number, name, None, EXPECTED[kind])
            elif type(value) is not fits:
                values[number] = _converted(value, kind, number, name)
        if kind == "datetime":
            texts = pandas.Series(values, dtype=str)
            moments = parse_dates(texts, column.get("formats") or ())
            wrong = moments.isna() & texts.notna()
            if wrong.any():
                number = int(wrong.to_numpy().argmax())
                raise not_of_type(number, name, values[number], EXPECTED[kind])
            return moments
        try:
            return pandas.Series(values, dtype=dtype_of(column))
        except (OverflowError, TypeError, ValueError):
            low, high = (0, 2**64) if kind == "ubigint" else (-(2**63), 2**63)
            number = next(i for i, value in enumerate(values) if value is not None and not low <= value < high)
            raise not_of_type(number, name, values[number], EXPECTED[kind]) from None


_FITS = {"string": str, "datetime": str, "integer": int, "bigint": int, "ubigint": int, "float": float, "boolean": bool}


def _refuse(constant: str):
    # Python reads NaN and Infinity; JSON has neither.
    raise ValueError(constant)


def _converted(value, kind: str, number: int, name: str):
    if kind == "float" and type(value) is int:
        return float(value)
    if kind in ("integer", "bigint", "ubigint") and type(value) is float and value.is_integer():
        return int(value)
    raise not_of_type(number, name, value, EXPECTED[kind])


def _place(path: str, slice: dict, line: int) -> str:
    return f"{slice['path']}:{lines_before(path, slice['start']) + line + 1}"
