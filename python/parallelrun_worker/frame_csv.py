"""Rows of a data frame as `DataFrame.to_csv` writes them, to the byte, for the settings that are usual, in less time.

pandas makes numpy text of every number first and fills arrays chunk by chunk. With pyarrow, columns become text as a whole
(`frame_text`); without it, Python's own csv writer takes the values themselves. Whatever is not plainly the same is left to pandas.
"""

from __future__ import annotations

import csv
import io
from importlib.util import find_spec

import numpy
import pandas

_SETTINGS = {"sep", "header", "index", "na_rep"}
# Below this many cells the many calls of pyarrow cost more than they save.
FEW_CELLS = 2000
# pandas cuts a longer text for null among numbers off.
_LONGEST_MISSING = 32

HAS_ARROW = find_spec("pyarrow") is not None


def rows(frame: pandas.DataFrame, to_csv: dict):
    """What `frame.to_csv(None, **to_csv, header=False)` gives, in UTF-8; None where only pandas knows."""
    separator, missing = to_csv.get("sep", ","), to_csv.get("na_rep", "")
    if type(frame) is not pandas.DataFrame or not _SETTINGS.issuperset(to_csv) or to_csv.get("index", True) is not False:
        return None
    if not (isinstance(separator, str) and len(separator) == 1 and separator not in '"\r\n' and len(frame.columns)):
        return None
    if not (isinstance(missing, str) and len(missing) <= _LONGEST_MISSING):
        return None
    if HAS_ARROW and frame.size >= FEW_CELLS:
        from .frame_text import joined

        return joined(frame, separator, missing)
    return _written(frame, separator, missing)


def _written(frame: pandas.DataFrame, separator: str, missing: str):
    columns = [_cells(frame.iloc[:, i], missing) for i in range(len(frame.columns))]
    if any(cells is None for cells in columns):
        return None
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(zip(*columns))
    return text.getvalue().encode("utf-8", "surrogateescape")


def _cells(values: pandas.Series, missing: str):
    """Values that the csv writer turns into pandas' own text; None for types that pandas formats in its own ways."""
    dtype = values.dtype
    if isinstance(dtype, pandas.StringDtype):
        return values.to_numpy(dtype=object, na_value=missing).tolist()
    if not isinstance(dtype, numpy.dtype):
        return None
    if dtype.kind in "iub":
        return values.to_numpy().tolist()
    if dtype == numpy.float64:
        array = values.to_numpy()
        if not numpy.isnan(array).any():
            return array.tolist()
        return [missing if value != value else value for value in array.tolist()]
    if dtype == object and pandas.api.types.infer_dtype(values, skipna=True) == "string":
        array = values.to_numpy(copy=True)
        array[values.isna().to_numpy()] = missing
        return array.tolist()
    return None
