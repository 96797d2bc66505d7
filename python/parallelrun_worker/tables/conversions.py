"""`convert_column_types` of an MLTable. A value that does not fit raises Misfit; it is never turned into null."""

from __future__ import annotations

import decimal
import re

import pandas

from .dates import parse_dates
from .errors import cannot_become
from .types import EXPECTED

_DATE = re.compile("%[YymdbB]")


def conversion(to: dict):
    kind = to["type"]
    if kind == "integer":
        return _to_integer
    if kind == "float":
        return _to_float
    if kind in ("string", "stream_info"):
        return _to_text
    if kind == "boolean":
        return lambda values, name: _to_boolean(values, name, to)
    return lambda values, name: _to_datetime(values, name, to)


def _to_integer(values: pandas.Series, name: str) -> pandas.Series:
    if values.dtype.kind in "iu":
        return values
    whole = [None if number is None else int(number) for number in _numbers(values, name, "an integer")]
    for row, number in zip(values.index, whole):
        if number is not None and not -(2**63) <= number < 2**63:
            raise cannot_become(row, name, number, EXPECTED["bigint"])
    return pandas.Series(whole, index=values.index, dtype="Int64" if None in whole else "int64")


def _to_float(values: pandas.Series, name: str) -> pandas.Series:
    if values.dtype.kind == "f":
        return values
    return pandas.Series(_numbers(values, name, "a number"), index=values.index, dtype="float64")


def _numbers(values: pandas.Series, name: str, expected: str) -> list:
    """Each value as int or float; null stays null, empty and blank text becomes null."""
    return [_number(value, row, name, expected) for row, value in zip(values.index, values.tolist())]


def _number(value, row: int, name: str, expected: str):
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return None
        for parse in (int, float):
            try:
                number = parse(text)
            except ValueError:
                continue
            if "_" not in text and text.isascii() and not (expected == "an integer" and _is_not_finite(number)):
                return number
    elif value is None or value is pandas.NA or value != value:
        return None
    elif isinstance(value, (bool, int, float)):
        if not (expected == "an integer" and _is_not_finite(value)):
            return int(value) if isinstance(value, bool) else value
    raise cannot_become(row, name, value, expected)


def _is_not_finite(number) -> bool:
    return number != number or number in (float("inf"), float("-inf"))


def _text(value) -> str:
    if isinstance(value, float):
        if _is_not_finite(value):
            return str(value)
        # The shortest digits that tell the number apart, without an exponent.
        digits = format(decimal.Decimal(repr(value + 0.0)), "f")
        return digits[:-2] if digits.endswith(".0") else digits
    if isinstance(value, pandas.Timestamp):
        moment = value.tz_localize("UTC") if value.tz is None else value.tz_convert("UTC")
        digits = "milliseconds" if moment.microsecond % 1000 == 0 and moment.microsecond and not moment.nanosecond else "auto"
        return moment.isoformat(timespec=digits)
    return str(value)


def _to_text(values: pandas.Series, _name: str) -> pandas.Series:
    texts = [None if value is None or value is pandas.NA or value != value else _text(value) for value in values.tolist()]
    return pandas.Series(texts, index=values.index, dtype=str)


def _to_boolean(values: pandas.Series, name: str, to: dict) -> pandas.Series:
    spellings = {**dict.fromkeys(to["trueValues"], True), **dict.fromkeys(to["falseValues"], False)}
    otherwise = {"true": True, "false": False}.get(to["mismatchAs"])

    def boolean(value, row: int):
        if isinstance(value, str):
            found = spellings.get(value, otherwise)
            if found is None:
                raise cannot_become(row, name, value, EXPECTED["boolean"])
            return found
        if isinstance(value, pandas.Timestamp):
            raise cannot_become(row, name, value, EXPECTED["boolean"])
        return None if value is None or value is pandas.NA or value != value else bool(value)

    result = [boolean(value, row) for row, value in zip(values.index, values.tolist())]
    return pandas.Series(result, index=values.index, dtype=object if None in result else "bool")


def _to_datetime(values: pandas.Series, name: str, to: dict) -> pandas.Series:
    if values.dtype.kind == "M":
        return values
    texts = _to_text(values, name).str.strip()
    texts = texts.where(texts != "")
    formats = to["formats"]
    constant = to.get("dateConstant")
    if constant:
        # Only a format without a date of its own takes the constant one.
        formats = [form if _DATE.search(form) else f"%Y-%m-%d {form}" for form in formats]
        result = parse_dates(f"{constant} " + texts, [form for form in formats if form.startswith("%Y-%m-%d ")])
        result = result.where(result.notna(), parse_dates(texts, to["formats"]))
    else:
        result = parse_dates(texts, formats)
    wrong = (result.isna() & texts.notna()).to_numpy()
    if wrong.any():
        at = int(wrong.argmax())
        raise cannot_become(int(values.index[at]), name, values.iloc[at], f"a date-time by {' or '.join(to['formats'])}")
    return result
