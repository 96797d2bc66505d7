"""Delimited text read by the letter: cell by cell, with the place of whatever is wrong."""

from __future__ import annotations

import csv
import io

import pandas

from .errors import DataError, Misfit
from .slices import lines_before
from .text import typed


def read(file, path: str, slice: dict, data: bytes, empty, positions: list) -> pandas.DataFrame:
    """The frame that the quick way refused to make. Raises DataError for the first row that is wrong."""
    width = len(positions)
    start = first = 1
    every = rows(file.form, data)
    for row in every:
        if len(row) > width or (row and len(row) < width and file.form["shortRows"] == "error"):
            before = lines_before(path, slice["start"])
            raise DataError(
                f"{path} line {before + first}: {len(row)} cell{'' if len(row) == 1 else 's'}, where the header has {width}. A value that holds the "
                f"delimiter ({file.form['delimiter']!r}) must be quoted; which delimiter it is, read_delimited of an MLTable says."
            )
        start, first = first, every.line_num + 1
    given = {"names": positions, "na_values": {i: file.form["nulls"] for i in positions}, **file.options}
    try:
        frame = pandas.read_csv(io.BytesIO(data), dtype=str, **given)
    except Exception as error:
        before = lines_before(path, slice["start"])
        if "EOF inside string" in str(error):
            raise DataError(f"{path} line {before + start}: a quote ({file.form['quote']}) is opened here and never closed.") from None
        last = before + max(1, data.count(b"\n"))
        raise DataError(f"{path} lines {before + 1} to {last}: {error}") from None
    try:
        for i in positions:
            if empty is not None:
                frame[i] = frame[i].replace(empty, "")
            frame[i] = typed(frame[i], file.columns[i], file.spellings)
    except Misfit as misfit:
        raise DataError(f"{place(file, path, slice, data, misfit.row)}, {misfit}. {file.hint}") from None
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
    return f"{path} line {lines_before(path, slice['start']) + line}"


def rows(form: dict, data: bytes):
    """A csv.reader over the rows of a slice; its `line_num` counts lines. An empty line is an empty row."""
    lines = io.TextIOWrapper(io.BytesIO(data), "utf-8", errors="replace", newline=None if form["bareCarriageReturn"] else "\n")
    # Its default refuses cells of more than 128 kB.
    csv.field_size_limit(2**31 - 1)
    if form["quote"] is None:
        return csv.reader(lines, delimiter=form["delimiter"], quoting=csv.QUOTE_NONE)
    return csv.reader(lines, delimiter=form["delimiter"], quotechar=form["quote"])
