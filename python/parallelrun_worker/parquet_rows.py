"""
Rows for a Parquet file: CSV in which every value is in quotes and null is a bare `N`, and the columns with the types of all values so far,
which are told before the rows count. The coordinator makes the file of them: a worker needs no library for it.
"""

from __future__ import annotations

import json

from .columns import Columns
from .errors import AttemptError
from .parquet_columns import kind_of, union
from .parquet_values import column_of, column_of_values, other_kind
from .returned import is_data_frame
from .values import fields

_BYTES_PER_CHARACTER = 4


class ParquetRows:
    def __init__(self, columns: Columns, tell) -> None:
        self._columns = columns
        self._tell = tell
        self._types: list = []
        self._longest = 1 << 20
        self._told = None

    def encode(self, result) -> bytes:
        if not len(result):
            return b""
        if is_data_frame(result):
            frame = self._columns.in_order(result)
            names = self._columns.names(frame.columns)
            found = [column_of(frame.iloc[:, i], name) for i, name in enumerate(names)]
        else:
            names, found = self._of_records(result)
        lines = [",".join(cells) for cells in zip(*(cells for _, cells in found))]
        # What has no UTF-8 could not be in the file.
        rows = ("\n".join(lines) + "\n").encode("utf-8") if lines else b""
        self._tell_columns(names, [type_ for type_, _ in found], max(map(len, lines), default=0))
        return rows

    def _of_records(self, rows):
        records = []
        for position, row in enumerate(rows):
            record = fields(row)
            if record is None:
                raise AttemptError(
                    "BadReturn",
                    f"element {position} of what run() returned is of type {type(row).__name__}; a row of a Parquet file is a dict (or a "
                    'dataclass, a named tuple) with a value for each column, such as {"path": path, "score": score}, or return a data frame.',
                )
            records.append(record)
        names = self._columns.names(records[0])
        for position, record in enumerate(records):
            self._columns.refuse_other_keys(record, position)
        return names, [column_of_values([record.get(name) for record in records], name) for name in names]

    def _tell_columns(self, names, types, longest: int) -> None:
        """The first mini-batch that has a value in a column decides for all workers which kind it is."""
        before = self._types or ["NULL"] * len(names)
        for i, (name, told, own) in enumerate(zip(names, before, types)):
            kind = kind_of(own)
            if kind is None:
                continue
            expected = kind_of(told) or self._columns.settle(f"column-{i}", kind)
            if expected != kind:
                raise other_kind(name, f"{kind} here", f"{expected} in the output")
        self._types = [union(told, own) for told, own in zip(before, types)]
        while longest * _BYTES_PER_CHARACTER >= self._longest:
            self._longest *= 2
        text = json.dumps({"columns": list(zip(names, self._types)), "longest": self._longest})
        if text != self._told:
            self._told = text
            self._tell(text)
