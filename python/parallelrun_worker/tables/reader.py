"""A slice of an input as the data frame that the script gets."""

from __future__ import annotations

import os

import pandas

from .errors import DataError, Misfit, cannot_become
from .transformations import transformation
from .types import EXPECTED, dtype_of


class TableReader:
    def __init__(self, reader: dict, far=None) -> None:
        """`far` makes the path of a file that is not on this machine into one that can be read."""
        self._far = far
        self._root = reader["root"]
        self._file = _file_of(reader)
        self._steps = [transformation(step) for step in reader["transformations"]]
        self._output = reader["outputColumns"]
        self._names = [column["name"] for column in self._output]
        self._days = [column["name"] for column in self._output if column.get("days")]

    def read(self, slice: dict) -> pandas.DataFrame:
        """Raises DataError for what does not fit and for a file that cannot be read."""
        if slice["kind"] != "many":
            return self._read_one(slice)
        frames = [self._read_one(one) for one in slice["slices"]]
        return pandas.concat(frames, ignore_index=True) if len(frames) != 1 else frames[0]

    def paths(self, slice: dict) -> list:
        slices = slice["slices"] if slice["kind"] == "many" else [slice]
        return list(dict.fromkeys(self._path(one) for one in slices))

    def _path(self, slice: dict) -> str:
        return os.path.join(self._root, slice["path"])

    def _read_one(self, slice: dict) -> pandas.DataFrame:
        path = self._path(slice) if self._far is None else self._far(self._path(slice))
        try:
            frame = self._file.read(path, slice)
        except OSError as error:
            raise DataError(f"{slice['path']}: cannot be read: {error.strerror or error}") from None
        if not self._steps:
            return frame.assign(**{name: _as_days(frame[name]) for name in self._days}) if self._days else frame
        try:
            for step in self._steps:
                frame = step(frame, path, slice)
            return self._as_planned(frame)
        except Misfit as misfit:
            raise DataError(f"{self._file.place(path, slice, misfit.row)}: {misfit}") from None

    def _as_planned(self, frame: pandas.DataFrame) -> pandas.DataFrame:
        if list(frame.columns) != self._names:
            frame = frame[self._names]
        frame = frame.copy(deep=False)
        for column in self._output:
            wanted = dtype_of(column)
            values = frame[column["name"]]
            if _differs(values.dtype, wanted):
                if column["type"] == "integer":
                    _check_width(values, column["name"])
                frame[column["name"]] = values.astype(wanted)
        return frame.reset_index(drop=True)


def _as_days(values: pandas.Series) -> pandas.Series:
    days = values.dt.date.astype(object)
    return days.where(values.notna(), None)


def describe(slice: dict) -> str:
    if slice["kind"] == "many":
        return ", ".join(describe(one) for one in slice["slices"][:3]) + (" …" if len(slice["slices"]) > 3 else "")
    return f"{slice['kind']} {slice['start']} to {slice['end']}"


def _check_width(values: pandas.Series, name: str) -> None:
    wide = (values.abs() > 2**53).fillna(False).to_numpy(dtype=bool)
    if wide.any():
        row = int(wide.argmax())
        raise cannot_become(int(values.index[row]), name, values.iloc[row], EXPECTED["integer"])


def _differs(found, wanted) -> bool:
    """A column that has no nulls in this slice may have some in another; widths (int32) and units are the data's own."""
    if wanted is object:
        return found == "bool"
    if wanted == "float64":
        return found.kind in "iu" or (found.kind == "O")
    return wanted in ("Int64", "UInt64") and str(found) != wanted


def _file_of(reader: dict):
    kind = reader["format"]["kind"]
    if kind == "delimited":
        from .delimited import DelimitedFile

        return DelimitedFile(reader)
    if kind == "json_lines":
        from .json_lines import JsonLinesFile

        return JsonLinesFile(reader)
    from .parquet import ParquetFile

    return ParquetFile(reader)
