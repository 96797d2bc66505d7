"""Rows of a data frame as `DataFrame.to_csv` writes them, for the columns and settings that are usual, in less time.

pandas makes numpy text of every number first and fills arrays chunk by chunk; the same csv writer takes the values themselves.
Whatever is not plainly the same is left to pandas.
"""

from __future__ import annotations

import csv
import io

import numpy
import pandas

_SETTINGS = {"sep", "header", "index", "na_rep"}


def rows(frame: pandas.DataFrame, to_csv: dict):
    """What `frame.to_csv(None, **to_csv, header=False)` gives; None where only pandas knows."""
    separator, missing = to_csv.get("sep", ","), to_csv.get("na_rep", "")
    if type(frame) is not pandas.DataFrame or not _SETTINGS.issuperset(to_csv) or to_csv.get("index", True) is not False:
        return None
    if not (isinstance(separator, str) and len(separator) == 1 and isinstance(missing, str) and len(frame.columns)):
        return None
    columns = [_cells(frame.iloc[:, i], missing) for i in range(len(frame.columns))]
    if any(cells is None for cells in columns):
        return None
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(zip(*columns))
    return text.getvalue()


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
