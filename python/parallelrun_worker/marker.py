"""24 bytes in a file that say what this worker is doing since when; the coordinator reads them when it hangs or dies."""

from __future__ import annotations

import mmap
import os
import struct

from .clock import monotonic

IDLE, INIT, LOADING, RUNNING, WRITING, STOPPING = range(6)

_LAYOUT = struct.Struct("<dIIIBxxx")
pack_into = _LAYOUT.pack_into


def open_marker(path: str) -> mmap.mmap:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if os.fstat(descriptor).st_size < _LAYOUT.size:
            os.ftruncate(descriptor, _LAYOUT.size)
        return mmap.mmap(descriptor, _LAYOUT.size)
    finally:
        os.close(descriptor)


def mark(marker: mmap.mmap, phase: int, index: int = 0, attempt: int = 0) -> None:
    pack_into(marker, 0, monotonic() * 1000, index, attempt, 0, phase)
