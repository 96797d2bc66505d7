"""`MLClient.data`, `models`, `environments`, `components`, `datastores` and `compute`."""

from __future__ import annotations

import builtins
from typing import Any, Callable, Dict, Generic, List, Mapping, Optional, TypeVar

from .._language.assets import Data, Model
from .._language.document import Document, fields
from .._language.environment import Environment
from .._language.load import component_of
from .._language.step import Step
from ..constants import ListViewType
from ..exceptions import ValidationException
from .operations import Done
from .prl import Prl

T = TypeVar("T")


class AssetOperations(Generic[T]):
    """What is registered under a name and a version. A version that is there never changes."""

    def __init__(self, prl: Prl, kind: str, write: Callable[[T], Document], read: Callable[[Mapping[str, Any]], T]) -> None:
        self._prl = prl
        self._kind = kind
        self._write = write
        self._read = read

    def create_or_update(self, entity: T, version: Optional[str] = None) -> T:
        """Registers it; without a version it gets the next number. Raises ValidationException for what is wrong in it, PrlError for a version that is there with another content."""
        flags = [] if version is None else ["--version", str(version)]
        return self._read(self._prl.with_file(self._write(entity), self._kind, "create", *flags))

    def get(self, name: str, version: Optional[str] = None, label: Optional[str] = None) -> T:
        """That version, or the one with that label; default: the newest. Raises ResourceNotFoundError."""
        return self._read(self._prl.json(self._kind, "show", "--name", name, *_which(version, label)))

    def list(self, name: Optional[str] = None, *, list_view_type: str = ListViewType.ACTIVE_ONLY) -> "builtins.list[T]":
        """The newest version of each; with a name all versions of it."""
        flags = [
            *(["--name", name] if name is not None else []),
            *(["--archived-only"] if list_view_type == ListViewType.ARCHIVED_ONLY else []),
        ]
        return [self._read(each) for each in self._prl.json(self._kind, "list", *flags)]

    def archive(self, name: str, version: Optional[str] = None, label: Optional[str] = None) -> None:
        """Hides a version, or all of them, from lists and from the newest. Jobs that name it still find it."""
        self._prl.run(self._kind, "archive", "--name", name, *_which(version, label))

    def restore(self, name: str, version: Optional[str] = None, label: Optional[str] = None) -> None:
        """Takes an archived one back."""
        self._prl.run(self._kind, "restore", "--name", name, *_which(version, label))


def _which(version: Optional[str], label: Optional[str]) -> List[str]:
    if version is not None:
        return ["--version", str(version)]
    return [] if label is None else ["--label", label]


def data_operations(prl: Prl) -> AssetOperations[Data]:
    """Data."""
    return AssetOperations(prl, "data", lambda data: dict(data._document(None)), lambda shown: Data(**_known(Data, shown)))


def model_operations(prl: Prl) -> AssetOperations[Model]:
    """Models."""
    return AssetOperations(prl, "model", lambda model: dict(model._document(None)), lambda shown: Model(**_known(Model, shown)))


def environment_operations(prl: Prl) -> AssetOperations[Environment]:
    """Environments."""

    def read(shown: Mapping[str, Any]) -> Environment:
        conda = {"conda_file": shown["conda"]} if "conda" in shown else {}
        return Environment(**{**_known(Environment, shown), **conda})

    return AssetOperations(prl, "environment", lambda environment: dict(environment._document(None)), read)


def component_operations(prl: Prl) -> AssetOperations[Step]:
    """Components, to be called like those that were written in the program."""

    def write(component: Any) -> Document:
        if not isinstance(component, Step):
            raise TypeError(f"{component!r} is no component: expected what parallel_run_function, command or load_component returns.")
        if component._definition.reference is not None:
            import os

            from .._language.bind_paths import bind_component
            from .._language.yaml_text import read_yaml

            file = component._definition.reference
            return bind_component(read_yaml(file), os.path.dirname(file))
        if component._definition.name is None:
            raise ValidationException("name: A component needs a name to be registered.")
        return component._component_document()

    def read(shown: Mapping[str, Any]) -> Step:
        version = shown["version"]
        return component_of(shown["type"], shown, f"azureml:{shown['name']}:{version}")

    return AssetOperations(prl, "component", write, read)


def _known(cls: type, shown: Mapping[str, Any]) -> Dict[str, Any]:
    return {key: value for key, value in shown.items() if key in fields(cls)}


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

    def list(self) -> "builtins.list[Compute]":
        """What is configured."""
        return [Compute(**shown) for shown in self._prl.json("compute", "list")]

    def begin_create_or_update(self, compute: Any) -> Done[Any]:
        """Makes nothing: jobs that name this compute run on this machine."""
        return Done(compute)
