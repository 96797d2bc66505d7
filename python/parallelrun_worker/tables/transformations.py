"""Row-wise transformations of an MLTable: each is a function of a data frame, the path of its file, and the slice.

A data frame keeps the row numbers of its slice as index until all are done, so that a misfit can say where it is.
"""

from __future__ import annotations

import pandas

from ..far_file import FarFile
from .types import dtype_of


def transformation(step: dict):
    return _MAKERS[step["op"]](step)


def _keep_columns(step: dict):
    wanted = set(step["columns"])
    return lambda frame, _path, _slice: frame[[name for name in frame.columns if name in wanted]]


def _drop_columns(step: dict):
    return lambda frame, _path, _slice: frame.drop(columns=step["columns"], errors="ignore")


def _convert(step: dict):
    from .conversions import conversion

    convert = conversion(step["to"])

    def apply(frame: pandas.DataFrame, _path: str, _slice: dict) -> pandas.DataFrame:
        return frame.assign(**{name: convert(frame[name], name) for name in step["columns"] if name in frame.columns})

    return apply


def _filter(step: dict):
    from .filters import matches

    return lambda frame, _path, _slice: frame[matches(step["expression"], frame)]


def _path_column(step: dict):
    column = {"name": step["column"], "type": "string", "nullable": False}
    return lambda frame, path, _slice: _with_constants(frame, [column], [path.address if type(path) is FarFile else path], True)


def _constant_columns(step: dict):
    return lambda frame, _path, slice: _with_constants(frame, step["columns"], slice.get("constants") or [], step["first"])


def _with_constants(frame: pandas.DataFrame, columns: list, values: list, first: bool) -> pandas.DataFrame:
    added = pandas.DataFrame(
        {column["name"]: _constant(value, column, frame.index) for column, value in zip(columns, values)},
        index=frame.index,
    )
    frame = frame.drop(columns=list(added.columns), errors="ignore")
    return pandas.concat([added, frame] if first else [frame, added], axis=1)


def _constant(value, column: dict, index) -> pandas.Series:
    if column["type"] == "datetime" and value is not None:
        moment = pandas.Timestamp(value)
        value = moment.tz_convert("UTC").tz_localize(None) if moment.tz is not None else moment
    return pandas.Series([value] * len(index), index=index, dtype=dtype_of(column))


_MAKERS = {
    "keep_columns": _keep_columns,
    "drop_columns": _drop_columns,
    "convert": _convert,
    "filter": _filter,
    "path_column": _path_column,
    "constant_columns": _constant_columns,
}
