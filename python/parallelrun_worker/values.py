"""Values in returned rows: which are missing, which have names, and how they are in JSON."""

from __future__ import annotations

import json
import math
import sys

from .errors import AttemptError


def is_missing(value) -> bool:
    """None, NaN, and what pandas has for them."""
    if value is None:
        return True
    kind = type(value)
    if kind is str or kind is int or kind is bool:
        return False
    if kind.__name__ in ("NAType", "NaTType"):
        return True
    return (isinstance(value, float) or is_scalar(value)) and bool(value != value)


def is_scalar(value) -> bool:
    """Of numpy."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.generic)


def is_array(value) -> bool:
    """Of numpy, with elements."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray) and value.ndim > 0


def fields(value):
    """Values by name: of a dict, a dataclass, a named tuple, a row of a data frame. None for what has no names."""
    if isinstance(value, dict):
        return value
    if isinstance(value, tuple):
        return dict(zip(value._fields, value)) if hasattr(value, "_fields") else None
    if hasattr(type(value), "__dataclass_fields__"):
        import dataclasses

        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, pandas.Series):
        return value.to_dict()
    from collections.abc import Mapping

    return dict(value) if isinstance(value, Mapping) else None


def to_json(value) -> str:
    """
    NaN and infinity are null, dates are ISO 8601, numpy's values are the numbers and lists that they are, sets are lists, and what JSON has
    nothing for is what `str()` makes of it. Raises AttemptError for bytes, of which that would make nothing useful.
    """
    try:
        return _encode(value)
    except (ValueError, TypeError):
        # NaN, or keys that are no text: rare, and not worth a look at every value.
        return _encode(_pure(value))


def _plain(value):
    if is_missing(value):
        return None
    if isinstance(value, (bytes, bytearray, memoryview)):
        raise AttemptError("BadReturn", "run() returned bytes within a row, which JSON has nothing for. Decode them, or use base64.")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if is_array(value) or is_scalar(value):
        return str(value) if value.dtype.kind in "mM" and is_scalar(value) else value.tolist()
    if isinstance(value, (set, frozenset)):
        return list(value)
    named = fields(value)
    return str(value) if named is None else named


def _pure(value):
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _pure(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_pure(one) for one in value]
    return _pure(_plain(value))


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_plain, separators=(",", ":")).encode
