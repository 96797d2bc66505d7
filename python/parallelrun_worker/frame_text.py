"""Rows of a data frame as text, column by column, with pyarrow: each column as pandas spells it, then quoted, then joined.

A column whose spelling pyarrow and pandas do not share (categories, times with a zone, objects of all kinds) is spelled by pandas itself.
"""

from __future__ import annotations

import csv
import io

import numpy
import pandas
import pyarrow
import pyarrow.compute as compute

# 64-bit offsets: a table of more than 2 GB of text is one piece too.
_TEXT = pyarrow.large_string()


def joined(frame: pandas.DataFrame, separator: str, missing: str):
    """UTF-8 as `frame.to_csv(None, sep=separator, na_rep=missing, header=False, index=False)`; None where only pandas can."""
    try:
        columns = _spelled(frame, missing)
        if columns is None:
            return None
        special = _special(separator)
        null = _quoted_text(missing, separator)
        columns = [_quoted(column, special) for column in columns]
        if len(columns) == 1:
            # A lone cell that is empty would be no row.
            columns = [compute.fill_null(columns[0], null)]
            columns = [compute.if_else(compute.equal(columns[0], _scalar("")), _scalar('""'), columns[0])]
        lines = compute.binary_join_element_wise(*columns, _scalar(separator), null_handling="replace", null_replacement=null)
        text = compute.binary_join(pyarrow.ListArray.from_arrays([0, len(lines)], lines), _scalar("\n"))[0]
    except (pyarrow.ArrowException, ValueError, TypeError, OverflowError):
        # Half a surrogate, for example, which is no UTF-8: pandas says what it has to say.
        return None
    return b"".join((text.as_buffer(), b"\n")) if len(lines) else b""


def _scalar(text: str):
    return pyarrow.scalar(text, _TEXT)


# How columns are spelled.


def _spelled(frame: pandas.DataFrame, missing: str):
    """Each column as text, null where `missing` stands. None where pandas' own text cannot be told into cells."""
    columns = [_column(frame.iloc[:, i]) for i in range(len(frame.columns))]
    # As many rows as pandas formats at a time.
    chunk = (100000 // len(columns)) or 1
    dates = [i for i, dtype in enumerate(frame.dtypes) if isinstance(dtype, numpy.dtype) and dtype.kind == "M"]
    if dates:
        from .moment_text import spelled

        for i, column in zip(dates, spelled([frame.iloc[:, i].to_numpy() for i in dates], chunk)):
            columns[i] = column
    strange = [i for i, column in enumerate(columns) if column is None]
    if strange:
        found = _by_pandas(frame, strange, missing, chunk)
        if found is None:
            return None
        for i, column in zip(strange, found):
            columns[i] = column
    return columns


def _column(values: pandas.Series):
    """None for types that pandas formats in its own ways."""
    dtype = values.dtype
    if isinstance(dtype, pandas.StringDtype):
        return _one_piece(pyarrow.array(values.array))
    if not isinstance(dtype, numpy.dtype):
        return None
    if dtype.kind in "iu":
        return pyarrow.array(values.to_numpy()).cast(_TEXT)
    if dtype == numpy.float64:
        return _floats(values.to_numpy())
    if dtype == bool:
        return compute.if_else(pyarrow.array(values.to_numpy()), _scalar("True"), _scalar("False"))
    if dtype == object and pandas.api.types.infer_dtype(values, skipna=True) == "string":
        return pyarrow.array(values.to_numpy(), _TEXT, from_pandas=True)
    return None


def _one_piece(column):
    if isinstance(column, pyarrow.ChunkedArray):
        column = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    return column if column.type == _TEXT else column.cast(_TEXT)


def _floats(values: numpy.ndarray):
    """
    The shortest digits, as Python has them. Arrow has the same ones, but writes a whole number without `.0`, and is early
    (from 1e10 on) or late (below 1e-4) to use an exponent.
    """
    size = numpy.abs(values)
    whole = (values == numpy.trunc(values)) & (size < 1e15) & ((values != 0) | ~numpy.signbit(values))
    if whole.all():
        return _whole(values)
    other = ~whole & ((size >= 1e10) | (size < 1e-4))
    column = pyarrow.array(values, from_pandas=True).cast(_TEXT)
    if whole.any():
        column = compute.replace_with_mask(column, pyarrow.array(whole), _whole(values[whole]))
    if other.any():
        column = compute.replace_with_mask(column, pyarrow.array(other), pyarrow.array(map(repr, values[other].tolist()), _TEXT))
    return column


def _whole(values: numpy.ndarray):
    return compute.binary_join_element_wise(pyarrow.array(values.astype("int64")).cast(_TEXT), _scalar(".0"), _scalar(""))


_CELL, _ROW = "\x1f", "\x1e"


def _by_pandas(frame: pandas.DataFrame, columns: list, missing: str, chunk: int):
    """
    What pandas writes for these columns. They are written together and as many rows at a time as with the others: whether a date has a
    time of day depends on those around it.
    """
    text = frame.iloc[:, columns].to_csv(
        None, sep=_CELL, lineterminator=_ROW, na_rep=missing, header=False, index=False, chunksize=chunk
    )
    lines = text.split(_ROW)
    lines.pop()
    if len(columns) == 1:
        lines = ["" if line == '""' else line for line in lines]
    # In quotes there would be more to it than cells between separators.
    if any('"' in line for line in lines) or len(lines) != len(frame):
        return None
    cells = [line.split(_CELL) for line in lines]
    return [pyarrow.array([row[i] for row in cells], _TEXT) for i in range(len(columns))]


# How they are quoted.


def _special(separator: str) -> list:
    """What this Python's csv writer, which is pandas', puts a cell in quotes for."""
    return [mark.encode() for mark in (separator, '"', "\n", "\r") if _quoted_text(mark, separator) != mark]


def _quoted_text(text: str, separator: str) -> str:
    line = io.StringIO(newline="")
    csv.writer(line, delimiter=separator, lineterminator="\n").writerow(["", text])
    return line.getvalue()[1:-1]


def _quoted(column, special: list):
    data = _bytes_of(column)
    if b"\0" in data:
        raise ValueError("versions of Python differ in what they do with it")
    found = [mark for mark in special if mark in data]
    if not found:
        return column
    marked = compute.match_substring(column, found[0].decode())
    for mark in found[1:]:
        marked = compute.or_(marked, compute.match_substring(column, mark.decode()))
    doubled = compute.replace_substring(column, '"', '""') if b'"' in found else column
    quoted = compute.binary_join_element_wise(_scalar('"'), doubled, _scalar('"'), _scalar(""))
    return compute.if_else(marked, quoted, column)


def _bytes_of(column) -> bytes:
    _, offsets, data = column.buffers()
    if data is None or not len(column):
        return b""
    ends = numpy.frombuffer(offsets, dtype="int64")
    start, end = int(ends[column.offset]), int(ends[column.offset + len(column)])
    return data.slice(start, end - start).to_pybytes()
