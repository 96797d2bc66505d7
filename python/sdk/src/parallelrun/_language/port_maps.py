"""Inputs or outputs by name."""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
    Any,
    Dict,
    Generic,
    Iterator,
    List,
    Mapping,
    Tuple,
    Type,
    TypeVar,
)

from .document import Document, Scope, near
from .ports import Input
from .wiring import StepInput, StepOutput

P = TypeVar("P", StepInput, StepOutput)


class Ports(Generic[P]):
    """Inputs or outputs by name, as attributes or as keys. A name that there is not raises AttributeError or KeyError."""

    _what: str
    _ports: Dict[str, P]

    def __init__(self, what: str, ports: Dict[str, P]) -> None:
        self._what = what
        self._ports = ports

    def _find(self, name: str, error: Type[Exception]) -> P:
        if name not in self._ports:
            raise error(f"No {self._what} is called {name!r}.{near(name, self._ports)}")
        return self._ports[name]

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> P: ...

    else:
        # Hidden from type checkers, which would take it for the type of the private attributes as well.
        def __getattr__(self, name):
            if name.startswith("__") or name in ("_ports", "_what"):
                raise AttributeError(name)
            return self._find(name, AttributeError)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("_ports", "_what"):
            object.__setattr__(self, name, value)
        else:
            self._find(name, AttributeError)._set(value)

    def __getitem__(self, name: str) -> P:
        return self._find(name, KeyError)

    def __setitem__(self, name: str, value: Any) -> None:
        self._find(name, KeyError)._set(value)

    def __contains__(self, name: object) -> bool:
        return name in self._ports

    def __iter__(self) -> Iterator[str]:
        return iter(self._ports)

    def __len__(self) -> int:
        return len(self._ports)

    def keys(self) -> List[str]:
        """The names."""
        return list(self._ports)

    def values(self) -> List[P]:
        """The inputs or outputs themselves."""
        return list(self._ports.values())

    def items(self) -> List[Tuple[str, P]]:
        """Names, and the inputs or outputs themselves."""
        return list(self._ports.items())

    def __dir__(self) -> List[str]:
        return [*object.__dir__(self), *self._ports]

    def __repr__(self) -> str:
        return repr(self._ports)


def given_inputs(ports: Mapping[str, Input]) -> "Ports[StepInput]":
    """The inputs of a step, with the values that they were declared with."""
    return Ports("input", {name: StepInput(port, port if port._value() is not None else None) for name, port in ports.items()})


def outputs_document(outputs: "Ports[StepOutput]") -> Document:
    """Where the outputs of a job go."""
    return {name: output._place() for name, output in outputs.items()}


def inputs_document(inputs: "Ports[StepInput]", scope: Scope) -> Document:
    """What the inputs of a job or step are given, without those that are given nothing."""
    pairs = ((name, each._document(scope)) for name, each in inputs.items())
    return {name: value for name, value in pairs if value is not None}
