"""What `run` returned, as it stands in the segment: by the ending of the output's name and the settings file."""

from __future__ import annotations

import sys

from .columns import Columns
from .returned import is_data_frame, lines, table_header, table_lines

# Bytes of data frames.
_MUCH_TEXT = 64 * 1024 * 1024


def row_encoder(output: dict, reports):
    """An object whose `encode(result)` gives bytes. Raises AttemptError for what does not fit the output."""
    settings = output["settings"]
    form = settings["form"]
    columns = Columns(output["agreements"])
    if form == "json_lines":
        return JsonRows()
    if form == "parquet":
        from .parquet_rows import ParquetRows

        return ParquetRows(columns, reports.header)
    frames = Frames(settings["toCsv"], columns, reports)
    if form == "text":
        return TextRows(frames, lines)
    from .csv_rows import CsvRows

    return TextRows(frames, CsvRows(settings["toCsv"], columns, frames.tell_header).encode)


class TextRows:
    def __init__(self, frames: Frames, others) -> None:
        self._frames = frames
        self._others = others

    def encode(self, result) -> bytes:
        return self._frames.encode(result) if type(result) is not list and is_data_frame(result) else self._others(result)


class JsonRows:
    def encode(self, result) -> bytes:
        if not len(result):
            return b""
        from .json_rows import records
        from .values import fields, to_json

        rows = records(result) if is_data_frame(result) else result

        def line(row) -> str:
            # Strings as they are: they may be lines of JSON already.
            if isinstance(row, str):
                return row
            named = fields(row)
            return to_json(row if named is None else named)

        text = "\n".join(map(line, rows))
        return text.encode("utf-8", "surrogateescape") + b"\n"


class Frames:
    """Data frames, by the keyword arguments of `to_csv`."""

    def __init__(self, to_csv: dict, columns: Columns, reports) -> None:
        self._to_csv = to_csv
        self._columns = columns
        self._reports = reports
        self._has_header = to_csv.get("header", True) is not False
        self._header = None
        self._until_advice = _MUCH_TEXT

    def encode(self, frame) -> bytes:
        if self._has_header and "columns" not in self._to_csv:
            ordered = self._columns.in_order(frame)
            if ordered is None:
                if self._header is None and len(frame.columns):
                    self.tell_header(table_header(frame, self._to_csv))
                return b""
            frame = ordered
        if self._has_header and self._header is None:
            self.tell_header(table_header(frame, self._to_csv))
        rows = table_lines(frame, self._to_csv)
        if self._until_advice > 0:
            self._until_advice -= len(rows)
            if self._until_advice <= 0:
                self._advise()
        return rows

    def tell_header(self, line: str) -> None:
        if line != self._header:
            self._header = line
            self._reports.header(line)

    def _advise(self) -> None:
        """For whoever has so much to write that it matters."""
        from . import frame_csv

        if not frame_csv.HAS_ARROW:
            message = f"With pyarrow, data frames become text several times as fast; it is not installed ({sys.executable} -m pip install pyarrow)."
            self._reports.notice("info", message)
