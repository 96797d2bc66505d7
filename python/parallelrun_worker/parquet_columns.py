"""Types of the columns of a Parquet output, named as DuckDB names them. TypeScript's end of it is `parquet-columns.ts`."""

from __future__ import annotations

_SIGNED = ["TINYINT", "SMALLINT", "INTEGER", "BIGINT"]
_UNSIGNED = ["UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"]
_MOMENTS = ["DATE", "TIMESTAMP", "TIMESTAMP_NS"]
_KINDS = {
    "NULL": None,
    "VARCHAR": "text",
    "BOOLEAN": "booleans",
    "TIMESTAMPTZ": "instants",
    "TIME": "times of day",
    "BLOB": "bytes",
    "JSON": "lists or objects",
}


def kind_of(type_: str):
    """What values of a type are, in words; those that are called the same have a type in common. None for `NULL`."""
    return "dates" if type_ in _MOMENTS else _KINDS.get(type_, "numbers")


def union(left: str, right: str):
    """The narrowest type that holds the values of both; None where there is none."""
    if left == right or right == "NULL":
        return left
    if left == "NULL":
        return right
    kind = kind_of(left)
    if kind != kind_of(right):
        return None
    if kind == "dates":
        return max(left, right, key=_MOMENTS.index)
    return _number(left, right) if kind == "numbers" else None


def _number(left: str, right: str) -> str:
    scales = [_scale(left), _scale(right)]
    if None in scales:
        return "DOUBLE"
    if left.startswith("DECIMAL") or right.startswith("DECIMAL"):
        return "DECIMAL(38,%d)" % max(scales)
    signed = [_SIGNED.index(one) for one in (left, right) if one in _SIGNED]
    unsigned = [_UNSIGNED.index(one) for one in (left, right) if one in _UNSIGNED]
    if not unsigned:
        return _SIGNED[max(signed)]
    if not signed:
        return _UNSIGNED[max(unsigned)]
    rank = max(max(signed), max(unsigned) + 1)
    return _SIGNED[rank] if rank < len(_SIGNED) else "DECIMAL(38,0)"


def _scale(type_: str):
    """Digits behind the point; None for floating point."""
    if type_.startswith("DECIMAL"):
        return int(type_[len("DECIMAL(38,") : -1])
    return 0 if type_ in _SIGNED or type_ in _UNSIGNED else None
