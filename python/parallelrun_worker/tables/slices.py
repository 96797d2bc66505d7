"""Reading a byte range of a file, and finding a place in it again for an error message."""

from __future__ import annotations

import os

_CHUNK = 1 << 20


def read_bytes(path: str, start: int, end: int) -> bytes:
    """Raises OSError when they are not there."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        data = os.pread(descriptor, end - start, start)
        if len(data) == end - start:
            return data
        pieces = [data]
        position = start + len(data)
        while pieces[-1] and position < end:
            pieces.append(os.pread(descriptor, end - position, position))
            position += len(pieces[-1])
        if position < end:
            raise OSError(f"it ends before byte {end}, which it had when it was planned. Did the file change?")
        return b"".join(pieces)
    finally:
        os.close(descriptor)


def lines_before(path: str, offset: int) -> int:
    """Line ends before a byte. Reads the file up to there, so it is for error messages only."""
    count = 0
    with open(path, "rb", buffering=0) as file:
        while offset > 0:
            chunk = file.read(min(_CHUNK, offset))
            if not chunk:
                break
            count += chunk.count(b"\n")
            offset -= len(chunk)
    return count
