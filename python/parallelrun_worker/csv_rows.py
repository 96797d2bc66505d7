"""Rows that are no data frame as lines of CSV (RFC 4180), spelled as pandas spells the same values."""

from __future__ import annotations

import csv
import io

from .columns import Columns
from .errors import AttemptError
from .values import fields, is_array, is_missing, to_json

# What is said of CSV that does not take pandas to write.
_SETTINGS = {"sep", "header", "index", "columns", "na_rep", "quoting", "quotechar", "lineterminator"}


class CsvRows:
    def __init__(self, to_csv: dict, columns: Columns, tell) -> None:
        """`tell` is called once with the line above the rows, when one with names has decided it."""
        self._to_csv = to_csv
        self._columns = columns
        self._tell = tell
        self._missing = to_csv.get("na_rep", "")
        self._told = False

    def encode(self, rows) -> bytes:
        text = io.StringIO(newline="")
        writer = self._writer(text)
        for position, row in enumerate(rows):
            if isinstance(row, str):
                # As it is: it may be a line of CSV already.
                text.write(row + "\n")
            else:
                writer.writerow([self._cell(value) for value in self._cells(row, position)])
        return text.getvalue().encode("utf-8", "surrogateescape")

    def _cells(self, row, position: int):
        named = fields(row)
        if named is None:
            return row if isinstance(row, (list, tuple)) or is_array(row) else [row]
        chosen = self._to_csv.get("columns")
        names = chosen or self._columns.names(named)
        if not self._told:
            self._tell_header(names)
        if chosen is None:
            if len(named) > len(names) or not all(name in named for name in names):
                named = {str(key): value for key, value in named.items()}
            values = [named.get(name) for name in names]
            self._columns.refuse_other_keys(named, position)
            return values
        return [named.get(name) for name in names]

    def _tell_header(self, names) -> None:
        unknown = sorted(set(self._to_csv) - _SETTINGS)
        if unknown:
            raise AttemptError(
                "BadReturn", f"the settings file says {', '.join(unknown)}, which is for data frames alone. Return a data frame, or remove it."
            )
        self._told = True
        header = self._to_csv.get("header", True)
        if header is not False:
            line = io.StringIO(newline="")
            self._writer(line).writerow(names if header is True else header)
            self._tell(line.getvalue())

    def _writer(self, text):
        settings = self._to_csv
        return csv.writer(
            text,
            delimiter=settings.get("sep", ","),
            quotechar=settings.get("quotechar", '"'),
            quoting=settings.get("quoting", csv.QUOTE_MINIMAL),
            lineterminator=settings.get("lineterminator", "\n"),
        )

    def _cell(self, value):
        kind = type(value)
        if kind is str or kind is int or kind is bool:
            return value
        if is_missing(value):
            return self._missing
        if kind is float:
            return value
        if isinstance(value, (list, tuple, dict)) or is_array(value) or hasattr(kind, "__dataclass_fields__"):
            return to_json(value)
        return str(value)
