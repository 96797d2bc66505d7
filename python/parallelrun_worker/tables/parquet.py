"""Parquet: a range of rows of a file. Read with pyarrow where it is installed, else with duckdb."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from uuid import UUID

import pandas

from .errors import DataError, shown
from .slices import check_version
from .types import dtype_of

# A row group is decoded once for the mini-batches that are cut from it, unless it is larger than this.
_CACHE_LIMIT = 256 * 1024 * 1024


class ParquetFile:
    def __init__(self, reader: dict) -> None:
        self._columns = _wanted(reader)
        if find_spec("pyarrow") is not None:
            self._rows = _ArrowRows(self._columns)
        elif find_spec("duckdb") is not None:
            self._rows = _DuckRows(self._columns)
        else:
            raise ModuleNotFoundError(
                f"Parquet is read with pyarrow or duckdb, and neither is installed ({sys.executable} -m pip install pyarrow).",
                name="pyarrow",
            )

    def read(self, path: str, slice: dict) -> pandas.DataFrame:
        absent = slice.get("absent") or ()
        try:
            frame = self._read(path, slice, absent)
        except (MemoryError, DataError):
            # The first says nothing about the data, the other has said it all.
            raise
        except Exception as error:
            raise DataError(f"{slice['path']}: rows {slice['start'] + 1} to {slice['end']} cannot be read: {error}") from None
        names = [column["name"] for column in self._columns]
        for column in self._columns:
            if column["name"] in absent:
                frame[column["name"]] = pandas.Series([None] * len(frame), index=frame.index, dtype=dtype_of(column))
        missing = [name for name in names if name not in frame.columns]
        if missing:
            raise DataError(f"{slice['path']}: the file has no column {shown(missing[0])}.")
        frame = frame[names]
        return frame.assign(**{column["name"]: _as_planned(frame[column["name"]], column) for column in self._columns})

    def _read(self, path: str, slice: dict, absent) -> pandas.DataFrame:
        start, end = slice["start"], slice["end"]
        if "part" in slice:
            held = path.part(slice["part"], slice.get("version"))
            try:
                return self._rows.read(held.paths[0], start, end, absent)
            finally:
                held.give_back()
        check_version(slice, path)
        frame = self._rows.read(path, start, end, absent)
        check_version(slice, path)
        return frame

    def place(self, _path: str, slice: dict, row: int) -> str:
        return f"{slice['path']}: row {slice['start'] + row + 1}"


def _wanted(reader: dict) -> list:
    """Only the columns that the first keep or drop leaves."""
    first = next(iter(reader["transformations"]), {"op": ""})
    if first["op"] == "keep_columns":
        return [column for column in reader["columns"] if column["name"] in first["columns"]]
    if first["op"] == "drop_columns":
        return [column for column in reader["columns"] if column["name"] not in first["columns"]]
    return reader["columns"]


def _as_planned(values: pandas.Series, column: dict) -> pandas.Series:
    """A column that has nulls somewhere has the same type where it has none; widths and units are the file's own."""
    kind = column["type"]
    if kind == "string":
        return _as_text(values)
    if kind == "datetime" and values.dtype == object:
        # Dates without a time; milliseconds hold all of them.
        return values.astype("datetime64[ms]")
    if kind == "object":
        # In other files it may be of another kind.
        return values.astype(object)
    if kind == "datetime" or (kind == "float" and values.dtype.kind == "f"):
        return values
    if kind != "float" and not column["nullable"]:
        return values
    if _is_wide(column):
        whole = [None if pandas.isna(value) else int(value) for value in values]
        return pandas.Series(pandas.array(whole, dtype_of(column)), index=values.index)
    return values.astype(dtype_of(column))


def _is_wide(column: dict) -> bool:
    return column["type"] in ("bigint", "ubigint") and column["nullable"]


def _as_text(values: pandas.Series) -> pandas.Series:
    """Also what Python has kinds of its own for: long decimals, times, UUIDs."""
    if values.dtype != object or all(value is None or isinstance(value, str) for value in values):
        return values
    texts = [None if value is None else str(UUID(bytes=value)) if isinstance(value, bytes) else str(value) for value in values]
    return pandas.Series(texts, index=values.index, dtype=str)


class _ArrowRows:
    def __init__(self, columns: list) -> None:
        self._names = [column["name"] for column in columns]
        # Not by way of a float64, which would round them.
        self._needs_exact_integers = any(_is_wide(column) for column in columns)
        self._path = None
        self._file = None
        self._group = -1
        self._table = None

    def read(self, path: str, start: int, end: int, _absent) -> pandas.DataFrame:
        import pyarrow

        if path != self._path:
            import pyarrow.parquet

            self._file = pyarrow.parquet.ParquetFile(path, memory_map=True)
            self._path, self._group, self._table = path, -1, None
        pieces = []
        first = 0
        metadata = self._file.metadata
        for group in range(metadata.num_row_groups):
            count = metadata.row_group(group).num_rows
            if first < end and first + count > start:
                pieces.append(self._rows_of(group, max(start - first, 0), min(end - first, count)))
            first += count
        if end > first:
            raise ValueError(_changed(first))
        table = pyarrow.concat_tables(pieces) if len(pieces) > 1 else pieces[0]
        return table.to_pandas(use_threads=False, ignore_metadata=True, integer_object_nulls=self._needs_exact_integers)

    def _rows_of(self, group: int, start: int, end: int):
        if group == self._group:
            return self._table.slice(start, end - start)
        if self._file.metadata.row_group(group).total_byte_size > _CACHE_LIMIT:
            return self._streamed(group, start, end)
        self._table = None
        self._table = _decoded(self._file.read_row_group(group, columns=self._names, use_threads=False))
        self._group = group
        return self._table.slice(start, end - start)

    def _streamed(self, group: int, start: int, end: int):
        import pyarrow

        pieces = []
        first = 0
        for batch in self._file.iter_batches(65536, row_groups=[group], columns=self._names, use_threads=False):
            if first < end and first + batch.num_rows > start:
                begin = max(start - first, 0)
                pieces.append(batch.slice(begin, min(end - first, batch.num_rows) - begin))
            first += batch.num_rows
            if first >= end:
                break
        return _decoded(pyarrow.Table.from_batches(pieces))


def _decoded(table):
    """Dictionary columns as their values: the categories of one slice are not those of another."""
    import pyarrow

    for i, field in enumerate(table.schema):
        if pyarrow.types.is_dictionary(field.type):
            table = table.set_column(i, field.name, table.column(i).cast(field.type.value_type))
    return table


class _DuckRows:
    def __init__(self, columns: list) -> None:
        self._columns = columns
        self._connection = None

    def read(self, path: str, start: int, end: int, absent) -> pandas.DataFrame:
        import duckdb

        if self._connection is None:
            self._connection = duckdb.connect(config={"threads": 1})
        select = ", ".join(_select_item(column) for column in self._columns if column["name"] not in absent) or "file_row_number"
        frame = self._connection.execute(
            f"SELECT {select} FROM read_parquet(?, file_row_number = true, hive_partitioning = false) "
            "WHERE file_row_number >= ? AND file_row_number < ? ORDER BY file_row_number",
            [path, start, end],
        ).df()
        if len(frame) != end - start:
            (rows,) = self._connection.execute("SELECT num_rows FROM parquet_file_metadata(?)", [path]).fetchone()
            raise ValueError(_changed(rows))
        return frame


def _changed(rows: int) -> str:
    return f"the file has {rows} rows: it has changed since it was planned"


def _select_item(column: dict) -> str:
    name = '"' + column["name"].replace('"', '""') + '"'
    return f"CAST({name} AS VARCHAR) AS {name}" if column["type"] == "string" or _is_wide(column) else name
