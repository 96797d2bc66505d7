"""Text of a slice as UTF-8, whatever the file is in."""

from __future__ import annotations

import codecs

from .errors import DataError
from .slices import lines_before


def decoded(path: str, slice: dict, data: bytes, encoding: str, zero_bytes: str = "error") -> bytes:
    if encoding != "utf-16le" and data.isascii() and b"\0" not in data:
        return data
    try:
        # UTF-8 is checked all the same: a data frame would find wrong bytes only in some of its columns.
        text = data.decode(_CODECS[encoding], "parallelrun_c1" if encoding == "windows-1252" else "strict")
    except UnicodeDecodeError as error:
        raise _bad_byte(path, slice, data, error.start, _wrong(data[error.start], encoding), encoding) from None
    at = text.find("\0")
    if at != -1 and zero_bytes == "error":
        raise _bad_byte(path, slice, data, len(text[:at].encode(_CODECS[encoding], "replace")), "NUL, which is no text", encoding)
    return data if encoding == "utf-8" else text.encode("utf-8")


def _bad_byte(path: str, slice: dict, data: bytes, at: int, what: str, encoding: str) -> DataError:
    line = lines_before(path, slice["start"]) + data[:at].count(b"\n") + 1
    return DataError(f"{slice['path']}:{line}: byte {slice['start'] + at} of the file is {what}. The encoding is taken to be {encoding}.")


def _wrong(byte: int, encoding: str) -> str:
    return "half a character of UTF-16" if encoding == "utf-16le" else f"0x{byte:02x}, which is not UTF-8"


def _as_c1(error):
    # The five bytes that windows-1252 leaves undefined are control characters in every browser's (and Node's) decoder.
    return chr(error.object[error.start]), error.start + 1


codecs.register_error("parallelrun_c1", _as_c1)
_CODECS = {"utf-8": "utf-8", "utf-16le": "utf-16-le", "windows-1252": "cp1252"}
