"""Dates and times in text: the first format that fits; offsets are applied, the result is UTC without a zone."""

from __future__ import annotations

from datetime import datetime, timezone

import pandas


def parse_dates(values: pandas.Series, formats) -> pandas.Series:
    """datetime64[ns], or [us] where a date is outside of 1677 to 2262; NaT for null and for text that fits no format."""
    result = None
    left = values.notna()
    for form in formats:
        if result is not None and not left.any():
            break
        moments = _moments(values if result is None else values.where(left), form)
        result = moments if result is None else _together(result, left, moments)
        left = left & result.isna()
    return pandas.Series(pandas.NaT, index=values.index, dtype="datetime64[ns]") if result is None else result


def _together(result: pandas.Series, left: pandas.Series, moments: pandas.Series) -> pandas.Series:
    if result.dtype != moments.dtype:
        result, moments = result.astype(_WIDE), moments.astype(_WIDE)
    return result.where(~left, moments)


def _moments(values: pandas.Series, form: str) -> pandas.Series:
    moments = pandas.to_datetime(values, format=form, errors="coerce", utc=True).dt.tz_localize(None)
    if moments.dtype == "datetime64[ns]":
        missed = moments.isna() & values.notna()
        read = {row: _far(text, form) for row, text in values[missed].items()}
        far = {row: moment for row, moment in read.items() if moment is not None}
        if far:
            moments = moments.astype(_WIDE)
            moments[list(far)] = pandas.Series(far, dtype=_WIDE)
    else:
        # Where a format looks like ISO 8601, pandas takes signs too.
        moments = moments.where(moments.dt.year >= 1)
        inside = (moments > _FIRST) & (moments < _LAST)
        moments = moments.astype("datetime64[ns]" if (inside | moments.isna()).all() else _WIDE)
    if "%y" in form:
        # Two digits are 1970 to 2069; to pandas they are 1969 to 2068.
        moments = moments.where(moments.dt.year != 1969, moments + pandas.DateOffset(years=100))
    return moments


def _far(text: str, form: str):
    """A moment that does not fit datetime64[ns]; None for a text that is none."""
    try:
        moment = datetime.strptime(text, form)
    except ValueError:
        return None
    moment = moment if moment.tzinfo is None else moment.astimezone(timezone.utc).replace(tzinfo=None)
    return None if _FIRST.to_pydatetime() < moment < _LAST.to_pydatetime() else moment


_WIDE = "datetime64[us]"
_FIRST = pandas.Timestamp("1677-09-22")
_LAST = pandas.Timestamp("2262-04-11")
