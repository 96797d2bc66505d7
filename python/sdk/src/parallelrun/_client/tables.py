"""Files of rows, read with pandas."""

from __future__ import annotations

import csv
import os
import sys
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Set, Tuple

from ..exceptions import ResourceNotFoundError

if TYPE_CHECKING:
    import pandas

    Read = Callable[..., pandas.DataFrame]


def read_table(path: str, options: Mapping[str, Any]) -> "pandas.DataFrame":
    """The file, or the files of the folder one below the other. Raises ImportError, ResourceNotFoundError."""
    try:
        import pandas
    except ImportError:
        raise ImportError("to_pandas() needs pandas: pip install pandas (or parallelrun[pandas]).") from None
    files = _files(path)
    width = _width([file for file in files if _ending(file) not in _KNOWN])
    tables: List["pandas.DataFrame"] = []
    how: Dict[str, None] = {}
    for file in files:
        words, read, given = _reader(_ending(file), width)
        how[words] = None
        tables.append(pandas.DataFrame() if os.path.getsize(file) == 0 else read(file, **{**given, **options}))
    table = tables[0] if len(tables) == 1 else pandas.concat(tables, ignore_index=True)
    of = "" if len(files) == 1 else f" from {len(files)} files"
    print(f"{path}: {len(table)} rows{of}, read as {' and '.join(how)}", file=sys.stderr)
    return table


def _files(path: str) -> List[str]:
    if not os.path.isdir(path):
        return [path]
    found = [os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names if not name.startswith((".", "_"))]
    if not found:
        raise ResourceNotFoundError(f"There are no files in {path}.")
    return sorted(found)


_KNOWN = {".csv": "CSV", ".tsv": "CSV with tabs", ".jsonl": "JSON lines", ".ndjson": "JSON lines", ".json": "JSON", ".parquet": "Parquet"}


def _ending(file: str) -> str:
    return os.path.splitext(file)[1].lower()


def _reader(ending: str, width: int) -> Tuple[str, "Read", Dict[str, Any]]:
    """How a file is read, in words; what reads it; and with which options."""
    import pandas

    words = _KNOWN.get(ending)
    if words is None:
        if width == 1:
            return "whole lines", _lines, {}
        return f"{width} columns with a space between them and no header", pandas.read_csv, {"sep": " ", "header": None}
    if words == "Parquet":
        return words, pandas.read_parquet, {}
    if words.startswith("JSON"):
        return words, pandas.read_json, {"lines": words == "JSON lines"}
    return words, pandas.read_csv, {"sep": "\t" if words == "CSV with tabs" else ","}


def _width(files: List[str]) -> int:
    """How many fields every line has, split at spaces; 1 when they differ."""
    widths: Set[int] = set()
    for file in files:
        with open(file, encoding="utf-8", newline="") as stream:
            try:
                widths.update(len(row) for row in csv.reader(stream, delimiter=" "))
            except csv.Error:
                return 1
    return widths.pop() if len(widths) == 1 else 1


def _lines(file: str, **options: Any) -> "pandas.DataFrame":
    import pandas

    with open(file, encoding="utf-8", newline="\n") as stream:
        return pandas.DataFrame({0: [line.rstrip("\n") for line in stream]}, **options)
