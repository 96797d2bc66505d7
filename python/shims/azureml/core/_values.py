"""What a script logs as JSON: numbers of numpy and others as plain ones, and as texts what JSON has no numbers for."""

from __future__ import annotations

import math


def scalar(name, value):
    """Raises TypeError for what is neither a number nor a text."""
    value = plain(value)
    if isinstance(value, (int, float, str)):
        return value
    raise TypeError(f"log({name!r}, …) takes a number or a text, not {_a(value)}: log_list, log_row and log_table take the others")


def columns_of(name, value) -> dict:
    if not hasattr(value, "items"):
        raise TypeError(f"log_table({name!r}, …) takes a dict of columns, not {_a(value)}")
    return plain(dict(value.items()))


def plain(value):
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    if hasattr(value, "tolist"):
        # Of numpy and pandas, and a number of theirs.
        return plain(value.tolist())
    if hasattr(value, "item"):
        return plain(value.item())
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, range)):
        return [plain(each) for each in value]
    return str(value)


def _a(value) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
