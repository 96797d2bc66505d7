"""Dates and times in text: the first format that fits; offsets are applied, the result is UTC without a zone."""

from __future__ import annotations

import pandas


def parse_dates(values: pandas.Series, formats) -> pandas.Series:
    """datetime64[ns]; NaT for null and for text that fits no format (or is outside of 1677 to 2262)."""
    result = None
    left = values.notna()
    for form in formats:
        if result is not None and not left.any():
            break
        moments = _moments(values if result is None else values.where(left), form)
        result = moments if result is None else result.where(~left, moments)
        left = left & result.isna()
    return pandas.Series(pandas.NaT, index=values.index, dtype="datetime64[ns]") if result is None else result


def _moments(values: pandas.Series, form: str) -> pandas.Series:
    moments = pandas.to_datetime(values, format=form, errors="coerce", utc=True).dt.tz_localize(None)
    if moments.dtype != "datetime64[ns]":
        inside = (moments > _FIRST) & (moments < _LAST)
        moments = moments.where(inside).astype("datetime64[ns]")
    return moments


_FIRST = pandas.Timestamp("1677-09-22")
_LAST = pandas.Timestamp("2262-04-11")
