"""Reading a byte range of a file, and finding a place in it again for an error message."""

from __future__ import annotations

import os

from ..far_file import FarFile
from .errors import DataError

_CHUNK = 1 << 20


def read_bytes(path: str, slice: dict) -> bytes:
    """Raises OSError when they are not there, DataError when the file is not the one that was planned."""
    start, end = slice["start"], slice["end"]
    if type(path) is FarFile:
        content = path.bytes(start, end, slice.get("version"))
        if len(content) < end - start:
            raise _too_short(end)
        return content
    descriptor = os.open(path, os.O_RDONLY)
    try:
        check_version(slice, descriptor)
        pieces = [os.pread(descriptor, end - start, start)]
        position = start + len(pieces[0])
        while pieces[-1] and position < end:
            pieces.append(os.pread(descriptor, end - position, position))
            position += len(pieces[-1])
        check_version(slice, descriptor)
        if position < end:
            raise _too_short(end)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)
    finally:
        os.close(descriptor)


def _too_short(end: int) -> OSError:
    return OSError(f"it ends before byte {end}, which it had when it was planned. Did the file change?")


def check_version(slice: dict, file) -> None:
    """A file (a path or a descriptor) that was replaced or written to is another one. `src/data/stores/disk.ts` makes the same text."""
    planned = slice.get("version")
    if planned is None:
        return
    found = os.stat(file)
    if planned != f"{found.st_ino}-{found.st_size}-{found.st_mtime_ns}":
        raise DataError(
            f"{slice['path']}: it cannot be read: it has changed since it was planned. Let it be while a job reads it, and start a new job"
        )


def lines_before(path: str, offset: int) -> int:
    """Line ends before a byte. Reads the file up to there, so it is for error messages only."""
    count = 0
    if type(path) is FarFile:
        return sum(path.bytes(at, min(offset, at + _CHUNK)).count(b"\n") for at in range(0, offset, _CHUNK))
    with open(path, "rb", buffering=0) as file:
        while offset > 0:
            chunk = file.read(min(_CHUNK, offset))
            if not chunk:
                break
            count += chunk.count(b"\n")
            offset -= len(chunk)
    return count
