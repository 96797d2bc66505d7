"""Delimited text: the rows of a byte range, exactly as `pandas.read_csv` of the whole file has them.

pandas' own reader does the work in one go. Whenever it refuses, `delimited_text` reads the slice again by the letter: it
either finds what is wrong, with its place, or has read what pandas was too strict for.
"""

from __future__ import annotations

import csv
import io
import re

import numpy
import pandas
from pandas.api.types import pandas_dtype

from . import delimited_text
from .decoding import decoded
from .marks import Marks, mark
from .quotes import literal_open_quotes, outside_quotes, quoted_blank_lines, quoted_empties
from .slices import read_bytes
from .text import NAN_SPELLINGS, Spellings, typed
from .types import dtype_of


class DelimitedFile:
    def __init__(self, reader: dict) -> None:
        self.columns = reader["columns"]
        self.hint = reader["typesHint"]
        self.form = form = reader["format"]
        self.spellings = Spellings(form["trueValues"], form["falseValues"])
        self.options = {
            "sep": form["delimiter"],
            "header": None,
            "index_col": False,
            "engine": "c",
            "low_memory": False,
            "keep_default_na": False,
            "skip_blank_lines": True,
            "lineterminator": None if form["bareCarriageReturn"] else "\n",
            **({"quoting": csv.QUOTE_NONE} if form["quote"] is None else {"quotechar": form["quote"]}),
        }
        self._nulls_of_text = {*form["nulls"], None, numpy.nan}
        self._expects_nan = False
        self._texts = {i for i, one in enumerate(self.columns) if one["type"] == "string"}
        # Types that pandas' reader cannot make, or not by the letter.
        self._later = {i for i, one in enumerate(self.columns) if _is_made_later(one, self.spellings)}
        # pandas finds these by itself. Asked for them, it takes 1.0 among integers and rounds those beside it, and 0 for False.
        self._found = {
            i: pandas_dtype(dtype_of(one))
            for i, one in enumerate(self.columns)
            if not one["nullable"] and one["type"] in _FOUND and i not in self._later
        }
        # Text is read without a dtype, which is twice as fast, until a slice of such a column looks like something else.
        self._dtypes = {i: self._read_as(i) for i in range(len(self.columns)) if i not in self._texts and i not in self._found}

    def read(self, path: str, slice: dict) -> pandas.DataFrame:
        data, marks = self.prepared(path, slice)
        positions = self._positions(slice)
        try:
            self._check_first_row(data, len(positions))
            with numpy.errstate(invalid="ignore"):
                frame = self._parsed(data, positions, marks)
            self._check_row_lengths(data, frame, len(positions))
            frame = self._finished(frame, marks)
        except MemoryError:
            # Says nothing about the data.
            raise
        except Exception:
            frame = delimited_text.read(self, path, slice, data, marks, positions)
            # It was right all the same: perhaps for a NaN, which pandas can be told of.
            self._expects_nan = True
        return self._with_all_columns(frame)

    def place(self, path: str, slice: dict, row: int) -> str:
        data, _ = self.prepared(path, slice)
        return delimited_text.place(self, path, slice, data, row)

    def prepared(self, path: str, slice: dict):
        """The slice as UTF-8, rewritten where pandas would read it differently; (data, Marks)."""
        data = decoded(path, slice, read_bytes(path, slice), self.form["encoding"], self.form.get("zeroBytes", "error"))
        zero = mark(data, "zero") if b"\0" in data else None
        if zero is not None:
            data = data.replace(b"\0", zero)
        data, empty = self._rewritten(data)
        data, missing = self._filled(data, len(self._positions(slice)))
        return data, Marks(empty, zero and zero.decode(), missing)

    def _positions(self, slice: dict) -> list:
        fields = slice.get("fields")
        return list(range(len(self.columns))) if fields is None else fields

    def _filled(self, data: bytes, width: int):
        """Short rows made as long as the others, where an empty cell is a text and one that is not there is null; (data, the text for those or None)."""
        if self.form["shortRows"] == "error" or "" in self.form["nulls"]:
            return data, None
        lines = data.count(b"\n") + (not data.endswith(b"\n"))
        if self._delimiters(data) == lines * (width - 1):
            return data, None
        return delimited_text.filled(self.form, data, width)

    def _rewritten(self, data: bytes):
        """(data as pandas has to see it, what stands for a quoted empty cell or None)."""
        if self.form["quote"] is None:
            return (data if self.form["bareCarriageReturn"] else data.replace(b"\r\n", b"\n")), None
        quote, delimiter = self.form["quote"].encode(), self.form["delimiter"].encode()
        if self.form["multiline"] and quote in data:
            if not (self.form["bareCarriageReturn"] and self.form["blankLinesAreEmpty"]):
                data = outside_quotes(data, quote, delimiter)
        else:
            if not self.form["bareCarriageReturn"] and b"\r\n" in data:
                data = data.replace(b"\r\n", b"\n")
            if quote in data:
                data = literal_open_quotes(data, quote, delimiter)
            if not self.form["blankLinesAreEmpty"]:
                data = quoted_blank_lines(data, quote)
        return (data, None) if self.form["quotedNulls"] or quote not in data else quoted_empties(data, quote, delimiter)

    def _nulls(self, positions: list, marks: Marks):
        """pandas takes a NaN in a number column only when it is told that it is a null there; telling it costs time."""
        nulls = marks.nulls(self.form["nulls"])
        if not self._expects_nan:
            return nulls
        numbers = [*nulls, *NAN_SPELLINGS]
        return {i: numbers if self.columns[i]["type"] == "float" else nulls for i in positions}

    def _read_as(self, index: int):
        # Looked up once: pandas takes its time over the name of a dtype.
        return _TEXT if index in self._later else pandas_dtype(dtype_of(self.columns[index]))

    def _empty_dtype(self, index: int):
        return self._found.get(index) or self._dtypes.get(index, _TEXT)

    def _check_first_row(self, data: bytes, width: int) -> None:
        # pandas takes a first row that is too long for one with an index, or cuts it off.
        for row in delimited_text.rows(self.form, data):
            if delimited_text.is_row(self.form, row):
                if len(row) > width:
                    raise ValueError("too many fields")
                return

    def _check_row_lengths(self, data: bytes, frame: pandas.DataFrame, width: int) -> None:
        # Longer rows were refused: with as many delimiters as full rows have, none is short.
        if self.form["shortRows"] == "error" and self._delimiters(data) != len(frame) * (width - 1):
            raise ValueError("too few fields")

    def _delimiters(self, data: bytes) -> int:
        """How many there are outside of quotes."""
        quote = self.form["quote"]
        codes = numpy.frombuffer(data, dtype=numpy.uint8)
        found = codes == ord(self.form["delimiter"])
        if quote is not None and quote.encode() in data:
            found &= ~numpy.bitwise_xor.accumulate(codes == ord(quote))
        return int(numpy.count_nonzero(found))

    def _parsed(self, data: bytes, positions: list, marks: Marks) -> pandas.DataFrame:
        if not data.strip(b"\r\n"):
            return pandas.DataFrame({i: pandas.Series([], dtype=self._empty_dtype(i)) for i in positions})
        given = {
            "names": positions,
            "na_values": self._nulls(positions, marks),
            "true_values": self.spellings.true,
            "false_values": self.spellings.false,
            **self.options,
        }
        frame = pandas.read_csv(io.BytesIO(data), dtype={i: self._dtypes[i] for i in positions if i in self._dtypes}, **given)
        guessed = [i for i in positions if i in self._texts and i not in self._dtypes and not self._is_text(frame[i])]
        if guessed:
            self._dtypes.update(dict.fromkeys(guessed, _TEXT))
            again = pandas.read_csv(io.BytesIO(data), dtype=dict.fromkeys(guessed, _TEXT), usecols=guessed, **given)
            for i in guessed:
                frame[i] = again[i]
        return frame

    def _is_text(self, values: pandas.Series) -> bool:
        """Whether pandas took it for text from the start. Where it began with integers and met one of more than 64 bits, nulls are text too."""
        cells = (cell for cell in values if cell not in self._nulls_of_text)
        first = next(cells, None)
        # Before pandas 3 text is object, but so are booleans with nulls.
        is_text = isinstance(values.dtype, pandas.StringDtype) or (values.dtype == object and isinstance(first, str))
        return is_text and not (isinstance(first, str) and _INTEGER.fullmatch(first))

    def _finished(self, frame: pandas.DataFrame, marks: Marks) -> pandas.DataFrame:
        for i in frame.columns:
            if marks != _NO_MARKS and (i in self._texts or i in self._later):
                frame[i] = marks.restored(frame[i])
            if i in self._later:
                frame[i] = typed(frame[i], self.columns[i], self.spellings)
            elif i in self._found:
                if frame.dtypes[i] != self._found[i]:
                    frame[i] = _as_found(frame[i], self._found[i])
            elif not self.columns[i]["nullable"]:
                if frame[i].isna().any():
                    raise ValueError("nulls")
            elif self.columns[i]["type"] == "integer":
                _check_integers(frame[i].to_numpy())
        return frame

    def _with_all_columns(self, frame: pandas.DataFrame) -> pandas.DataFrame:
        if len(frame.columns) != len(self.columns):
            missing = {
                i: pandas.Series([None] * len(frame), dtype=dtype_of({**one, "nullable": True}))
                for i, one in enumerate(self.columns)
                if i not in frame.columns
            }
            frame = pandas.concat([frame, pandas.DataFrame(missing, index=frame.index)], axis=1)
        if list(frame.columns) != list(range(len(self.columns))):
            frame = frame[list(range(len(self.columns)))]
        frame.columns = [column["name"] for column in self.columns]
        return frame


_TEXT = pandas_dtype(str)
_NO_MARKS = Marks()
_INTEGER = re.compile(r"\s*[+-]?[0-9]+\s*")
_FOUND = ("integer", "bigint", "ubigint", "boolean")


def _is_made_later(column: dict, spellings: Spellings) -> bool:
    if column["type"] in ("bigint", "ubigint"):
        return column["nullable"]
    return column["type"] in ("datetime", "object") or (column["type"] == "boolean" and (column["nullable"] or not spellings.in_any_case))


def _as_found(values: pandas.Series, dtype) -> pandas.Series:
    # Only a number that needs it is found to be without sign.
    if dtype == "uint64" and values.dtype == "int64" and (values >= 0).all():
        return values.astype(dtype)
    raise ValueError("something else")


def _check_integers(values: numpy.ndarray) -> None:
    # The float64 of a nullable integer column takes 1.5 and rounds what needs more than 53 bits.
    given = values[~numpy.isnan(values)]
    if not ((given == numpy.floor(given)) & (numpy.abs(given) < 2**53)).all():
        raise ValueError("not integers")
