"""`MLClient.data`, `models`, `environments` and `components`."""

from __future__ import annotations

from typing import Any, Callable, Dict, Generic, List, Mapping, Optional, TypeVar

from .._language.assets import Data, Model
from .._language.document import Document, fields
from .._language.environment import Environment
from .._language.load import component_document, component_of
from .._language.step import Step
from ..constants import ListViewType
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

    def list(self, name: Optional[str] = None, *, list_view_type: str = ListViewType.ACTIVE_ONLY) -> List[T]:
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

    def read(shown: Mapping[str, Any]) -> Step:
        version = shown["version"]
        return component_of(shown["type"], shown, f"azureml:{shown['name']}:{version}")

    return AssetOperations(prl, "component", component_document, read)


def _known(cls: type, shown: Mapping[str, Any]) -> Dict[str, Any]:
    return {key: value for key, value in shown.items() if key in fields(cls)}
