"""Text cells as values of a column's type: the rules to the letter, slower than what pandas' reader does at once."""

from __future__ import annotations

import numpy
import pandas

from .dates import parse_dates
from .errors import not_of_type
from .row_json import parse_row_json
from .types import EXPECTED, dtype_of

_NAN = ("nan", "naN", "nAn", "nAN", "Nan", "NaN", "NAn", "NAN")
NAN_SPELLINGS = tuple(sign + nan for sign in ("", "+", "-") for nan in _NAN)
# What a float64 holds exactly.
_SAFE = 2**53 - 1
_DIGITS = r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*"
_LIMITS = {"integer": (-(2**63), 2**63 - 1), "bigint": (-(2**63), 2**63 - 1), "ubigint": (0, 2**64 - 1)}


class Spellings:
    """How booleans are written in a file."""

    def __init__(self, true: list, false: list) -> None:
        self.true = true
        self.false = false
        self.values = {**dict.fromkeys(true, True), **dict.fromkeys(false, False)}
        # As pandas' reader has it, whatever it is told.
        self.in_any_case = "tRuE" in true and "fAlSe" in false


def typed(values: pandas.Series, column: dict, spellings: Spellings) -> pandas.Series:
    """Cells (null is NaN) as the column's type. Raises Misfit for the first that does not fit."""
    kind = column["type"]
    given = values.notna()
    if kind == "string":
        result = values
    elif kind == "object":
        result = pandas.Series([parse_row_json(text) if there else None for text, there in zip(values, given)], index=values.index, dtype=object)
        given = result.notna()
    elif kind == "boolean":
        result = values.str.strip().map(spellings.values).astype(object)
    elif kind == "datetime":
        result = parse_dates(values.str.strip(), column.get("formats") or ())
    elif kind == "float":
        result = pandas.to_numeric(values, errors="coerce").astype("float64")
        # To some pandas 1e309 is none.
        beyond = given & result.isna() & values.str.fullmatch(_DIGITS, na=False).astype(bool)
        if beyond.any():
            result = result.where(~beyond, values[beyond].astype(str).map(float))
        given &= ~values.str.strip().isin(NAN_SPELLINGS)
    else:
        # Integers that may be null are floats in pandas.
        low, high = (-_SAFE, _SAFE) if kind == "integer" and column["nullable"] else _LIMITS[kind]
        whole = [_integer(text, low, high) if there else None for text, there in zip(values, given)]
        result = pandas.Series(whole, index=values.index, dtype=object)
    misses = given & result.isna()
    if not column["nullable"]:
        misses |= values.isna()
    if misses.any():
        row = int(numpy.flatnonzero(misses.to_numpy())[0])
        value = values.iloc[row]
        raise not_of_type(int(values.index[row]), column["name"], None if pandas.isna(value) else value, EXPECTED[kind])
    if kind in ("string", "object", "datetime") or (kind == "boolean" and column["nullable"]):
        return result
    if kind in _LIMITS and column["nullable"] and kind != "integer":
        # Not by way of NaN, which would make floats of the integers.
        return pandas.Series(pandas.array(result.tolist(), dtype_of(column)), index=values.index)
    return result.astype(dtype_of(column))


def _integer(text: str, low: int, high: int):
    if "_" in text or not text.isascii():
        return None
    try:
        value = int(text)
    except ValueError:
        try:
            number = float(text)
            value = int(number)
        except (ValueError, OverflowError):
            return None
        if value != number or abs(value) > _SAFE:
            return None
    return value if low <= value <= high else None
