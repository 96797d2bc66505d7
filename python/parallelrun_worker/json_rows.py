"""The rows of a data frame as dicts, ready for JSON."""

from __future__ import annotations

from .errors import AttemptError


def records(frame) -> list:
    """With missing values as None. Raises AttemptError where two columns have one name: an object has each name once."""
    names = [str(name) for name in frame.columns]
    twice = next((name for i, name in enumerate(names) if name in names[:i]), None)
    if twice is not None:
        raise AttemptError("BadReturn", f"run() returned a data frame with two columns called {twice}; an object has each name once.")
    columns = [_values(frame.iloc[:, i]) for i in range(len(names))]
    return [dict(zip(names, row)) for row in zip(*columns)]


def _values(column) -> list:
    values = column.tolist()
    missing = column.isna()
    return [None if gone else value for value, gone in zip(values, missing.tolist())] if missing.any() else values
