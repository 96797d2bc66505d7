from __future__ import annotations

from ._cloud import CloudOnly, needs_cloud

_INSTEAD = "Give the script what it takes from there as an input of the job, or a registered model by Model.get_model_path(name)."


class Workspace(metaclass=CloudOnly):
    """The workspace of a run, which is this machine: it has a name, and nothing to connect to."""

    _instead = _INSTEAD

    def __init__(self, *args, **kwargs) -> None:
        raise needs_cloud("Workspace(…)", _INSTEAD)

    @classmethod
    def _here(cls) -> Workspace:
        workspace = object.__new__(cls)
        workspace.name = "parallelrun"
        return workspace

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        raise needs_cloud(f"Workspace.{name}", _INSTEAD)

    def __repr__(self) -> str:
        return "Workspace(this machine)"
