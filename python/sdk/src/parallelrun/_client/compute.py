"""`MLClient.compute`."""

from __future__ import annotations

from typing import Any, List

from .operations import Done
from .prl import Prl


class Compute:
    """Where jobs run. This version has `local`, this machine; a job that names another compute runs there too, with a notice."""

    def __init__(self, name: str, type: str = "local", **details: Any) -> None:
        self.name = name
        self.type = type
        self.details = details

    def __repr__(self) -> str:
        return f"Compute(name={self.name!r}, type={self.type!r})"


class ComputeOperations:
    """`MLClient.compute`: asked for by programs that were written for a cloud."""

    def __init__(self, prl: Prl) -> None:
        self._prl = prl

    def get(self, name: str) -> Compute:
        """The compute of that name. One that is not configured is this machine, where jobs that name it run."""
        found = next((each for each in self.list() if each.name == name), None)
        return found or Compute(name)

    def list(self) -> List[Compute]:
        """What is configured."""
        return [Compute(**shown) for shown in self._prl.json("compute", "list")]

    def begin_create_or_update(self, compute: Any) -> Done[Any]:
        """Makes nothing: jobs that name this compute run on this machine."""
        return Done(compute)
