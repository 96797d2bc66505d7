"""The planner's column types as pandas has them."""

from __future__ import annotations

EXPECTED = {
    "integer": "an integer",
    "bigint": "an integer of 64 bits",
    "ubigint": "an integer of 64 bits without sign",
    "float": "a number",
    "boolean": "a boolean",
    "datetime": "a date-time",
    "string": "text",
}

_DTYPES = {
    "integer": ("int64", "float64"),
    "bigint": ("int64", "Int64"),
    "ubigint": ("uint64", "UInt64"),
    "float": ("float64", "float64"),
    "boolean": ("bool", object),
    "datetime": ("datetime64[ns]", "datetime64[ns]"),
    "string": (str, str),
    "object": (object, object),
}


def dtype_of(column: dict):
    """The dtype of a column, the same in every mini-batch."""
    return _DTYPES[column["type"]][1 if column["nullable"] else 0]
