from __future__ import annotations

from ._cloud import CloudOnly, needs_cloud
from .workspace import Workspace

_INSTEAD = "Jobs are listed by `prl job list`."


class Experiment(metaclass=CloudOnly):
    """The experiment of a run: its name, and the workspace.

    workspace: None: this machine.
    """

    _instead = _INSTEAD

    def __init__(self, workspace: Workspace | None = None, name: str = "Default", **kwargs) -> None:
        self.workspace = Workspace._here() if workspace is None else workspace
        self.name = name

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        raise needs_cloud(f"Experiment.{name}", _INSTEAD)

    def __repr__(self) -> str:
        return f"Experiment(Name: {self.name})"
