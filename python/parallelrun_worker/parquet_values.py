"""Values of a Parquet output: each as text with its type, null as a bare `N`, everything else in quotes."""

from __future__ import annotations

import math
import sys
from datetime import date, datetime, time
from decimal import Decimal

from .errors import AttemptError
from .parquet_columns import kind_of, union
from .values import fields, is_array, is_missing, is_scalar, to_json

NULL = "N"
_INTEGERS = {
    "int8": "TINYINT",
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "uint8": "UTINYINT",
    "uint16": "USMALLINT",
    "uint32": "UINTEGER",
    "uint64": "UBIGINT",
}
_MOST_DIGITS = 38


def column_of(values, name: str):
    """Type and cells of a column of a data frame."""
    import numpy
    import pandas

    dtype = values.dtype
    if isinstance(dtype, pandas.DatetimeTZDtype):
        _, cells = column_of(values.dt.tz_convert("UTC").dt.tz_localize(None), name)
        return "TIMESTAMPTZ", [cell if cell is NULL else cell[:-1] + '+00"' for cell in cells]
    if not isinstance(dtype, numpy.dtype) or dtype.kind not in "biufM" or dtype.itemsize > 8:
        return column_of_values(values.tolist(), name)
    array = values.to_numpy()
    if dtype.kind == "b":
        return "BOOLEAN", ['"true"' if value else '"false"' for value in array.tolist()]
    if dtype.kind in "iu":
        return _INTEGERS[dtype.name], ['"%d"' % value for value in array.tolist()]
    if dtype.kind == "M":
        grain = "ns" if numpy.datetime_data(dtype)[0] == "ns" else "us"
        texts = numpy.datetime_as_string(array.astype(f"datetime64[{grain}]")).tolist()
        return "TIMESTAMP_NS" if grain == "ns" else "TIMESTAMP", [NULL if text == "NaT" else f'"{text}"' for text in texts]
    # The shortest digits of a number of four bytes are not those of eight.
    texts = map(repr, array.tolist()) if dtype.itemsize == 8 else map(str, array)
    return "DOUBLE" if dtype.itemsize == 8 else "FLOAT", [NULL if text == "nan" else f'"{text}"' for text in texts]


def column_of_values(values, name: str):
    """Type and cells of a column of whatever values. Raises AttemptError where they have no type in common."""
    type_ = "NULL"
    cells = []
    for position, value in enumerate(values):
        if type(value) is str:
            own, text = "VARCHAR", value.replace('"', '""')
        elif is_missing(value):
            cells.append(NULL)
            continue
        else:
            own, text = _typed(value, name, position)
        if own != type_:
            both = union(type_, own)
            if both is None:
                here, before = kind_of(own), kind_of(type_)
                raise other_kind(name, f"{here} in element {position} of what run() returned", f"{before} in those before it")
            type_ = both
        cells.append(f'"{text}"')
    return type_, cells


def _typed(value, name: str, position: int):
    if isinstance(value, bool):
        return "BOOLEAN", "true" if value else "false"
    if is_scalar(value):
        kind = value.dtype.kind
        if kind in "iu":
            return _INTEGERS[value.dtype.name], str(value)
        if kind == "f" and value.dtype.itemsize < 8:
            return "FLOAT", str(value)
        if kind == "M":
            return "TIMESTAMP_NS", str(value.astype("datetime64[ns]"))
        if kind in "fb":
            return _typed(value.item(), name, position)
    if isinstance(value, int):
        # An IntEnum too.
        return _integer(int(value), name, position)
    if isinstance(value, float):
        return "DOUBLE", repr(float(value))
    if isinstance(value, Decimal):
        return _decimal(value, name, position)
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            return "TIMESTAMPTZ", value.isoformat(" ")
        return "TIMESTAMP_NS" if getattr(value, "nanosecond", 0) else "TIMESTAMP", value.isoformat(" ")
    if isinstance(value, date):
        return "DATE", value.isoformat()
    if isinstance(value, time) and value.tzinfo is None:
        return "TIME", value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "BLOB", bytes(value).hex()
    if isinstance(value, (list, tuple, set, frozenset)) or is_array(value) or fields(value) is not None:
        return "JSON", to_json(value).replace('"', '""')
    return "VARCHAR", str(value).replace('"', '""')


def _integer(value: int, name: str, position: int):
    if -(1 << 63) <= value < 1 << 64:
        return "BIGINT" if value < 1 << 63 else "UBIGINT", str(value)
    raise _unfit(f"an integer of more than 64 bits in the column {name}", position)


def _decimal(value: Decimal, name: str, position: int):
    if value.is_infinite():
        return "DOUBLE", str(float(value))
    text = format(value, "f")
    digits, _, behind = text.lstrip("-").partition(".")
    if len(digits) + len(behind) > _MOST_DIGITS:
        raise _unfit(f"a Decimal of more than {_MOST_DIGITS} digits in the column {name}", position)
    return "DECIMAL(38,%d)" % len(behind), text


def _unfit(what: str, position: int) -> AttemptError:
    return AttemptError("BadReturn", f"element {position} of what run() returned has {what}; return it as text.")


def other_kind(name: str, here: str, there: str) -> AttemptError:
    return AttemptError(
        "BadReturn", f"the column {name} has {here}, and {there}. A column of a Parquet file has one type: make them the same."
    )
