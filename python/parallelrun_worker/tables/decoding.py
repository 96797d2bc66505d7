"""Text of a slice as UTF-8, whatever the file is in."""

from __future__ import annotations

import codecs

from .errors import DataError
from .slices import lines_before

_SETTING = "The encoding of read_delimited (or read_json_lines) in an MLTable says what the file is in."


def decoded(path: str, start: int, data: bytes, encoding: str) -> bytes:
    try:
        # UTF-8 is checked all the same: a data frame would find wrong bytes only in some of its columns.
        text = data.decode(_CODECS[encoding], "parallelrun_c1" if encoding == "windows-1252" else "strict")
    except UnicodeDecodeError as error:
        line = _line(path, start, data, error.start)
        raise DataError(f"{path} line {line}: byte 0x{data[error.start]:02x} is not {encoding} text ({error.reason}). {_SETTING}") from None
    if "\0" in text:
        line = _line(path, start, data, data.find(b"\0"))
        raise DataError(f"{path} line {line}: a NUL character. This is no {encoding} text but a binary file, or one in another encoding. {_SETTING}")
    return data if encoding == "utf-8" else text.encode("utf-8")


def _line(path: str, start: int, data: bytes, at: int) -> int:
    return lines_before(path, start) + data[:at].count(b"\n") + 1


def _as_c1(error):
    # The five bytes that windows-1252 leaves undefined are control characters in every browser's (and Node's) decoder.
    return chr(error.object[error.start]), error.start + 1


codecs.register_error("parallelrun_c1", _as_c1)
_CODECS = {"utf-8": "utf-8", "utf-16le": "utf-16-le", "windows-1252": "cp1252"}
