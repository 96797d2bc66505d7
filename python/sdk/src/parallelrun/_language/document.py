"""What an object says in a job file: plain mappings, lists and scalars, with the keys of YAML."""

from __future__ import annotations

import copy
import difflib
import json
import os
import re
from collections.abc import Mapping
from enum import Enum
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Dict,
    Iterable,
    Iterator,
    List,
    Optional,
    Tuple,
    Union,
)

if TYPE_CHECKING:
    from .pipeline_job import PipelineJob

Document = Dict[str, Any]
#: The pipeline whose steps are being written; none for a job that stands alone.
Scope = Optional["PipelineJob"]


#: A URI, or what is registered under a name; a colon alone may stand in the name of a file.
_NAMED_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|runs:/|azureml:(?:[^./]|/+subscriptions/)")


class LocalPath(str):
    """An absolute path on this machine; a dumped file says it relative to itself."""


def local_path(value: "str | os.PathLike[str]", directory: Optional[str] = None) -> str:
    """Binds a local path to a folder (default: the working directory). Names, URIs and expressions stay as they are.

    `azureml:./x` and `file:./x` are written by other tools for a local path.
    """
    if isinstance(value, LocalPath):
        return value
    text = os.fspath(value)
    if isinstance(value, str):
        if "${{" in text or _NAMED_ELSEWHERE.match(text):
            return text
        text = re.sub(r"^(?:azureml|file):", "", text)
    return LocalPath(os.path.abspath(os.path.join(directory or os.getcwd(), os.path.expanduser(text))))


def near(name: str, known: Iterable[str]) -> str:
    """The end of a message about a wrong name: what was probably meant, or what there is."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f" Did you mean {close[0]!r}?"
    return f" There is {', '.join(names)}." if names else " There is none."


def fields(cls: type) -> List[str]:
    """The public annotated attributes of a class and its bases, bases first."""
    names: Dict[str, None] = {}
    for base in reversed(cls.__mro__):
        annotations: Dict[str, Any] = getattr(base, "__annotations__", {})
        names.update({name: None for name, kind in annotations.items() if not name.startswith("_") and "ClassVar" not in str(kind)})
    return list(names)


class Closed:
    """An object whose attributes are known: a slip of the pen raises AttributeError instead of being kept in silence."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_") and name not in fields(type(self)) and not isinstance(getattr(type(self), name, None), property):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}.{near(name, fields(type(self)))}")
        object.__setattr__(self, name, value)


class Described(Closed):
    """A part of a job: its attributes are the keys of YAML, and it is also a mapping of them."""

    #: Attributes that hold local paths.
    _paths: ClassVar[Tuple[str, ...]] = ()

    def _document(self, scope: Scope) -> Any:
        return {
            name: local_path(value) if name in self._paths and isinstance(value, (str, os.PathLike)) else written(value, scope)
            for name, value in self.items()
        }

    def keys(self) -> List[str]:
        """The names of what has a value."""
        return [name for name in fields(type(self)) if getattr(self, name) is not None]

    def values(self) -> List[Any]:
        """What has a value, in the order of `keys()`."""
        return [getattr(self, name) for name in self.keys()]

    def items(self) -> List[Tuple[str, Any]]:
        """Names and values."""
        return [(name, getattr(self, name)) for name in self.keys()]

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key, else the default."""
        return self[key] if key in self else default

    def has_key(self, key: str) -> bool:
        """Whether the key has a value."""
        return key in self

    def update(self, other: Union[Mapping[str, Any], Iterable[Tuple[str, Any]]] = (), **values: Any) -> None:
        """Sets several at once. Raises AttributeError for one that there is not."""
        for key, value in dict(other, **values).items():
            setattr(self, key, value)

    def __getitem__(self, key: str) -> Any:
        if key not in self:
            raise KeyError(key)
        return getattr(self, key)

    def __setitem__(self, key: str, value: Any) -> None:
        setattr(self, key, value)

    def __contains__(self, key: object) -> bool:
        return key in self.keys()

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.keys())

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Described) and self.items() == other.items()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{key}={value!r}' for key, value in self.items())})"


class Binding:
    """A value that is known when the pipeline runs."""

    def _expression(self, scope: Scope) -> str:
        raise NotImplementedError

    def _document(self, scope: Scope) -> Any:
        return self._expression(scope)

    def __deepcopy__(self, memo: Dict[int, Any]) -> "Binding":
        return self


def written(value: Any, scope: Scope) -> Any:
    """The value as it stands in a job file. Entries without a value are left out. Raises TypeError for what has no form there."""
    if isinstance(value, (Described, Binding)):
        return value._document(scope)
    if isinstance(value, Mapping):
        return {str(key): written(each, scope) for key, each in value.items() if each is not None}
    if isinstance(value, (list, tuple)):
        return [written(each, scope) for each in value]
    if isinstance(value, Enum):
        return written(value.value, scope)
    if isinstance(value, os.PathLike):
        return local_path(value)
    if isinstance(value, (str, bool, int, float)):
        return value
    if callable(getattr(value, "item", None)):  # numpy's scalars
        return written(value.item(), scope)
    raise TypeError(f"{value!r} ({type(value).__name__}) cannot stand in a job: expected text, a number, a boolean, a list or a mapping.")


def made(cls: Any, value: Any) -> Any:
    """A mapping becomes an object of the class, whose constructor judges its names; everything else stays."""
    return cls(**value) if isinstance(value, Mapping) and not isinstance(value, Described) else value


def snapshot(value: Any) -> Any:
    """A copy that later changes do not reach; what a pipeline binds stays bound."""
    return copy.deepcopy(value)


def is_bound(document: Any) -> bool:
    """Whether something in it is known only when the pipeline around it runs."""
    return "${{parent." in json.dumps(document)
