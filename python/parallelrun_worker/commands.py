"""What the coordinator orders, taken one command after the other."""

from __future__ import annotations

from .channel import Channel
from .wire import decode_tasks


def follow(channel: Channel, source) -> None:
    """Until told to stop. Of a source: `frame(tasks)` runs them; `prepare(task)` gets what it needs, `go(prepared)` runs it, `drop(prepared)` forgets it."""
    prepared: dict = {}
    while True:
        command = channel.receive()
        if type(command) is list:
            source.frame(decode_tasks(command))
            continue
        kind = command["type"]
        if kind == "load":
            (task,) = decode_tasks([command["task"]])
            prepared[task.index] = source.prepare(task)
        elif kind == "go":
            source.go(prepared.pop(command["index"]))
        elif kind == "drop":
            dropped = prepared.pop(command["index"], None)
            if dropped is not None:
                source.drop(dropped)
        elif kind == "stop":
            return
