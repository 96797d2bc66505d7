"""Delimited text read by the letter: cell by cell, with the place of whatever is wrong."""

from __future__ import annotations

import csv
import io

import pandas

from .errors import DataError, Misfit, shown
from .marks import Marks, mark
from .slices import lines_before
from .text import typed


def read(file, path: str, slice: dict, data: bytes, marks: Marks, positions: list) -> pandas.DataFrame:
    """The frame that the quick way refused to make. Raises DataError for the first row that is wrong."""
    ragged, line, last = _ragged_row(file.form, data, len(positions))
    # Rows before that one may have something wrong of their own, which is then told first.
    before = data if ragged is None else b"".join(data.splitlines(keepends=True)[: line - 1])
    try:
        frame = _as_text(file, before, positions, marks)
    except MemoryError:
        # Says nothing about the data.
        raise
    except Exception as error:
        if "EOF inside string" in str(error):
            raise _at(path, slice, last, "a quote opens in this line and is never closed.") from None
        raise _at(path, slice, 1, f"this line and those after it, to byte {slice['end']}, cannot be read: {error}") from None
    wrong: list = []
    for i in positions:
        frame[i] = marks.restored(frame[i])
        try:
            frame[i] = typed(frame[i], file.columns[i], file.spellings)
        except Misfit as misfit:
            wrong.append(misfit)
    if wrong:
        first = min(wrong, key=lambda misfit: misfit.row)
        raise DataError(f"{place(file, path, slice, data, first.row)}: {first} {file.hint}")
    if ragged is not None:
        cells = ", ".join(map(shown, ragged[:5])) + (", …" if len(ragged) > 5 else "")
        count = "1 cell" if len(ragged) == 1 else f"{len(ragged)} cells"
        raise _at(path, slice, line, f"the row has {count} where {len(positions)} are expected: {cells}.")
    return frame


def _ragged_row(form: dict, data: bytes, width: int):
    """(the first row with too many or too few cells or None, its line, the line of the last row), lines from 1."""
    every = rows(form, data)
    last = line = 1
    for row in every:
        if len(row) > width or (len(row) < width and form["shortRows"] == "error" and is_row(form, row)):
            return row, line, line
        last, line = line, every.line_num + 1
    return None, 0, last


def _as_text(file, data: bytes, positions: list, marks: Marks) -> pandas.DataFrame:
    if not data.strip(b"\r\n"):
        return pandas.DataFrame({i: pandas.Series([], dtype=str) for i in positions})
    nulls = dict.fromkeys(positions, marks.nulls(file.form["nulls"]))
    return pandas.read_csv(io.BytesIO(data), dtype=str, names=positions, na_values=nulls, **file.options)


def filled(form: dict, data: bytes, width: int):
    """Rows with too few cells get what stands for a cell that is not there; (data, that text or None)."""
    missing = mark(data, "missing")
    cell = form["delimiter"].encode() + missing
    lines = data.split(b"\n")
    every = rows(form, data)
    any_short = False
    for row in every:
        if len(row) < width and is_row(form, row):
            any_short = True
            lines[every.line_num - 1] += cell * (width - len(row))
    return (b"\n".join(lines), missing.decode()) if any_short else (data, None)


def place(file, path: str, slice: dict, data: bytes, row: int) -> str:
    line = 1
    every = rows(file.form, data)
    for cells in every:
        if is_row(file.form, cells):
            if row == 0:
                break
            row -= 1
        line = every.line_num + 1
    return f"{slice['path']}:{lines_before(path, slice['start']) + line}"


def _at(path: str, slice: dict, line: int, message: str) -> DataError:
    return DataError(f"{slice['path']}:{lines_before(path, slice['start']) + line}: {message}")


def is_row(form: dict, cells: list) -> bool:
    """Whether a line is more than an empty one."""
    return len(cells) > 1 or (len(cells) == 1 and not (form["blankLinesAreEmpty"] and cells[0] != "" and not cells[0].strip(" \t")))


def rows(form: dict, data: bytes):
    """A csv.reader over the lines of a slice, for their shape; its `line_num` counts lines."""
    # Its own opinion of a carriage return is not wanted.
    if not form["bareCarriageReturn"]:
        data = data.replace(b"\r", b" ")
    lines = io.TextIOWrapper(io.BytesIO(data), "utf-8", errors="replace", newline=None if form["bareCarriageReturn"] else "\n")
    # Its default refuses cells of more than 128 kB.
    csv.field_size_limit(2**31 - 1)
    if form["quote"] is None:
        return csv.reader(lines, delimiter=form["delimiter"], quoting=csv.QUOTE_NONE)
    return csv.reader(lines, delimiter=form["delimiter"], quotechar=form["quote"])
