"""Columns of dates and times (without a zone) as pandas spells them in `to_csv`, with pyarrow."""

from __future__ import annotations

import numpy
import pyarrow

_TEXT = pyarrow.large_string()
_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
# Years of four digits, in seconds since 1970.
_FIRST, _AFTER = (int(numpy.datetime64(year, "s").astype("int64")) for year in ("1000", "10000"))


def spelled(columns: list, chunk: int) -> list:
    """
    Arrays of datetime64 as text; None for those that only pandas can spell.

    Whether dates have a time of day, and how many digits a second, pandas decides for as many rows as it writes at once, and for all columns
    that it happens to hold in one block. Columns that do not agree, wherever it decides, are left to it.
    """
    grains = [_grains(values, chunk) for values in columns]
    agreed = {values.dtype: [] for values in columns}
    for values, found in zip(columns, grains):
        agreed[values.dtype].append(found)
    return [
        _text(values, found, chunk) if found is not None and all(one == found for one in agreed[values.dtype]) else None
        for values, found in zip(columns, grains)
    ]


def _grains(values: numpy.ndarray, chunk: int):
    """What the values of each chunk are whole multiples of."""
    unit, count = numpy.datetime_data(values.dtype)
    if unit not in _PER_SECOND or count != 1:
        return None
    per_second = _PER_SECOND[unit]
    found = []
    for start in range(0, len(values), chunk):
        piece = values[start : start + chunk]
        numbers = piece[~numpy.isnat(piece)].astype("int64")
        if not len(numbers) or numbers.min() < _FIRST * per_second or numbers.max() >= _AFTER * per_second:
            return None
        found.append(_grain(numbers, per_second))
    return found


def _grain(numbers: numpy.ndarray, per_second: int) -> str:
    if not (numbers % (86400 * per_second)).any():
        return "D"
    return next(unit for unit, count in _PER_SECOND.items() if count == per_second or not (numbers % (per_second // count)).any())


def _text(values: numpy.ndarray, grains: list, chunk: int):
    pieces = []
    for number, grain in enumerate(grains):
        moments = pyarrow.array(values[number * chunk : (number + 1) * chunk])
        pieces.append(moments.cast(pyarrow.date32() if grain == "D" else pyarrow.timestamp(grain)).cast(_TEXT))
    return pieces[0] if len(pieces) == 1 else pyarrow.concat_arrays(pieces)
