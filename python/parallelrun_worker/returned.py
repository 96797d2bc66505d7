"""What `run` returned: drained, judged, counted, and turned into the bytes of the output file."""

from __future__ import annotations

import sys

from .errors import AttemptError

_ALLOWED = "a list, a tuple, a pandas DataFrame or Series, a numpy array, or an iterator (a generator)"


def drained(result):
    """Waits for a coroutine and empties an iterator, inside the attempt. Raises AttemptError for what `run` must not return."""
    if hasattr(result, "__await__"):
        from .coroutines import wait_for

        result = wait_for(result)
    if isinstance(result, (list, tuple)) or is_data_frame(result) or _is_array(result):
        return result
    if hasattr(result, "__next__"):
        return list(result)
    if hasattr(result, "__aiter__"):
        from .coroutines import drain

        return drain(result)
    raise AttemptError("BadReturn", f"run() returned {_described(result)}; it must return {_ALLOWED}")


def is_data_frame(value) -> bool:
    # A script that made a data frame has imported pandas.
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, pandas.DataFrame)


def lines(rows) -> bytes:
    """Each element on a line of its own, as `str()` writes it."""
    text = "\n".join(map(str, rows))
    # File names that are not UTF-8 come back as the bytes they were.
    return text.encode("utf-8", "surrogateescape") + b"\n" if len(rows) else b""


def table_header(frame, to_csv: dict):
    """The line above the rows of a data frame, by the settings of `append_row`; None for none."""
    return frame.head(0).to_csv(None, **to_csv) if to_csv.get("header", True) is not False else None


def table_lines(frame, to_csv: dict) -> bytes:
    """The rows of a data frame, by the settings of `append_row`."""
    from . import frame_csv

    rows = frame_csv.rows(frame, to_csv)
    if rows is None:
        rows = frame.to_csv(None, **{**to_csv, "header": False}).encode("utf-8", "surrogateescape")
    return rows


def _is_array(value) -> bool:
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, (pandas.Series, pandas.Index)):
        return True
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray) and value.ndim > 0


def _described(value) -> str:
    if value is None:
        return "None (a function without a return statement returns None)"
    kind = type(value).__name__
    try:
        shown = repr(value)
    except Exception:
        return f"an object of type {kind}"
    return f"an object of type {kind}: {shown if len(shown) <= 200 else shown[:200] + '…'}"
