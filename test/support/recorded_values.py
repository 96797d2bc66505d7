"""The form in which values of a data frame are recorded, and compared."""

import datetime
import math

import numpy
import pandas


def plain(value, root):
    if value is None or value is pandas.NaT or value is pandas.NA:
        return None
    if isinstance(value, numpy.generic):
        value = value.item()
    if isinstance(value, (bool, str)):
        return value.replace(root, "<root>") if isinstance(value, str) else value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"int": str(value)}
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return {"float": str(value)} if math.isinf(value) else value
    if isinstance(value, datetime.datetime):
        moment = pandas.Timestamp(value)
        return str(moment if moment.tz is None else moment.tz_convert("UTC").tz_localize(None))
    if isinstance(value, datetime.date):
        return {"day": str(value)}
    if isinstance(value, (list, tuple, numpy.ndarray)):
        return [plain(item, root) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item, root) for key, item in value.items()}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if "StreamInfo" in type(value).__name__:
        return str(value).replace(root, "<root>")
    return {type(value).__name__: str(value).replace(root, "<root>")}
