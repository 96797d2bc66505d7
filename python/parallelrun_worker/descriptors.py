"""File descriptors that the entry script shall not touch by accident."""

from __future__ import annotations

import os

_next_number = 960


def out_of_reach(descriptor: int) -> int:
    """Moves a descriptor away from the numbers that scripts close in bulk (`os.closerange(3, 256)`); children do not inherit it."""
    global _next_number
    try:
        moved = os.dup2(descriptor, _next_number, inheritable=False)
        _next_number += 1
    except OSError:
        # Fewer descriptors than that are allowed here.
        moved = os.dup(descriptor)
    os.close(descriptor)
    return moved


def open_for_append(path: str) -> int:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return out_of_reach(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644))


def write_all(descriptor: int, data: bytes) -> None:
    written = os.write(descriptor, data)
    while written < len(data):
        data = data[written:]
        written = os.write(descriptor, data)


def closed_by_script() -> None:
    """Ends the worker: it can neither write nor report any more."""
    os.write(2, b"The entry script closed descriptors that are not its own: those by which its worker process gets mini-batches and writes rows.\n")
    os._exit(1)
