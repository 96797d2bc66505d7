"""The compact arrays of the wire, by name. Nothing else knows which place holds what.

`src/workers/protocol/messages.ts` says what the fields mean; a test compares names and order.
"""

from __future__ import annotations

# Not `typing.NamedTuple`: a worker of files starts faster without `typing`.
from collections import namedtuple
from collections.abc import Iterator


class Task(namedtuple("Task", "index attempt reader slice partition part")):
    """An attempt at a mini-batch: `run` gets `slice` of the data of `reader`, which is a position among the readers of `init`.

    `part` are the first of its items and the one behind the last, where only these are tried.
    """

    __slots__ = ()


class Outcome(namedtuple("Outcome", "index attempt items returned offset length crc started load_ms run_ms")):
    """A mini-batch that was done. Its rows are `length` bytes of the segment at `offset`; `started` is epoch milliseconds."""

    __slots__ = ()


# These are made for each mini-batch: without the constructor, that takes half the time.
new = tuple.__new__


def decode_tasks(compact: list) -> Iterator[Task]:
    for task in compact:
        if len(task) == 3:
            index, attempt, descriptor = task
            part = None
        else:
            index, attempt, descriptor, first, end = task
            part = (first, end)
        if len(descriptor) == 2:
            reader, slice = descriptor
            yield new(Task, (index, attempt, reader, slice, None, part))
        else:
            reader, slice, partition = descriptor
            yield new(Task, (index, attempt, reader, slice, partition, part))


def encode_outcomes(outcomes: list) -> str:
    # Of the ways to format these, this is the quickest.
    return f"[{','.join(map('[%d,%d,%d,%d,%d,%d,%d,%d,%.3f,%.3f]'.__mod__, outcomes))}]"
