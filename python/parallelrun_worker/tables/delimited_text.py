"""Delimited text read by the letter: cell by cell, with the place of whatever is wrong."""

from __future__ import annotations

import csv
import io

import pandas

from .errors import DataError, Misfit, shown
from .slices import lines_before
from .text import typed


def read(file, path: str, slice: dict, data: bytes, empty, positions: list) -> pandas.DataFrame:
    """The frame that the quick way refused to make. Raises DataError for the first row that is wrong."""
    width = len(positions)
    start = first = 1
    every = rows(file.form, data)
    for row in every:
        if len(row) > width or (row and len(row) < width and file.form["shortRows"] == "error"):
            cells = ", ".join(map(shown, row[:5])) + (", …" if len(row) > 5 else "")
            count = "1 cell" if len(row) == 1 else f"{len(row)} cells"
            raise _at(path, slice, first, f"the row has {count} where {width} are expected: {cells}.")
        start, first = first, every.line_num + 1
    given = {"names": positions, "na_values": {i: file.form["nulls"] for i in positions}, **file.options}
    try:
        frame = pandas.read_csv(io.BytesIO(data), dtype=str, **given)
    except Exception as error:
        if "EOF inside string" in str(error):
            raise _at(path, slice, start, "a quote opens in this line and is never closed.") from None
        count = max(1, data.count(b"\n")) - 1
        raise _at(path, slice, 1, f"this line and the {count} after it cannot be read: {error}") from None
    try:
        for i in positions:
            if empty is not None:
                frame[i] = frame[i].replace(empty, "")
            frame[i] = typed(frame[i], file.columns[i], file.spellings)
    except Misfit as misfit:
        raise DataError(f"{place(file, path, slice, data, misfit.row)}: {misfit} {file.hint}") from None
    return frame


def place(file, path: str, slice: dict, data: bytes, row: int) -> str:
    line = 1
    every = rows(file.form, data)
    for fields in every:
        if fields:
            if row == 0:
                break
            row -= 1
        line = every.line_num + 1
    return f"{slice['path']}:{lines_before(path, slice['start']) + line}"


def _at(path: str, slice: dict, line: int, message: str) -> DataError:
    return DataError(f"{slice['path']}:{lines_before(path, slice['start']) + line}: {message}")


def rows(form: dict, data: bytes):
    """A csv.reader over the rows of a slice; its `line_num` counts lines. An empty line is an empty row."""
    lines = io.TextIOWrapper(io.BytesIO(data), "utf-8", errors="replace", newline=None if form["bareCarriageReturn"] else "\n")
    # Its default refuses cells of more than 128 kB.
    csv.field_size_limit(2**31 - 1)
    if form["quote"] is None:
        return csv.reader(lines, delimiter=form["delimiter"], quoting=csv.QUOTE_NONE)
    return csv.reader(lines, delimiter=form["delimiter"], quotechar=form["quote"])
