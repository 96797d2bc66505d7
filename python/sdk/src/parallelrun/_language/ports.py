"""Inputs and outputs: what a component declares, what a job is given, and what a step of a pipeline hands on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Dict, Generic, Iterator, List, Optional, Sequence, Tuple, Type, TypeVar, Union

from ..exceptions import ValidationException
from .document import Binding, Closed, Described, Document, Scope, made, near, written

if TYPE_CHECKING:
    from .pipeline import PipelineJob
    from .job import Job

PathLike = Union[str, "os.PathLike[str]"]
Literal = Union[str, int, float, bool]

_PRIMITIVES = ("string", "integer", "number", "boolean")
_PRIMITIVE_OF: Dict[type, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}


class Input(Described):
    """An input: what a component declares, or the data that a job is given, or both.

    type: `uri_folder` (default), `uri_file`, `mltable`, a model type, or `string`, `integer`, `number`, `boolean` (see AssetTypes).
    path: a local path, relative to the working directory; `azureml:name:version`, `azureml:name@latest`, or a URI. Without it the input is only declared.
    mode: how a cloud would deliver the data (see InputOutputModes); without effect on one machine.
    default, optional: what a value is that is not given; whether it need not be given.
    min, max, enum: the values allowed.
    """

    type: str
    path: Optional[PathLike]
    mode: Optional[str]
    path_on_compute: Optional[str]
    default: Optional[Literal]
    optional: Optional[bool]
    min: Optional[float]
    max: Optional[float]
    enum: Optional[Sequence[Literal]]
    description: Optional[str]
    datastore: Optional[str]

    _paths = ("path",)

    def __init__(
        self,
        *,
        type: str = "uri_folder",
        path: Optional[PathLike] = None,
        mode: Optional[str] = None,
        path_on_compute: Optional[str] = None,
        default: Optional[Literal] = None,
        optional: Optional[bool] = None,
        min: Optional[float] = None,
        max: Optional[float] = None,
        enum: Optional[Sequence[Literal]] = None,
        description: Optional[str] = None,
        datastore: Optional[str] = None,
    ) -> None:
        self.type = type
        self.path = path
        self.mode = mode
        self.path_on_compute = path_on_compute
        self.default = default
        self.optional = optional
        self.min = min
        self.max = max
        self.enum = list(enum) if enum is not None else None
        self.description = description
        self.datastore = datastore

    def _declared(self) -> Document:
        keys = ("type", "mode", "description", "optional", "default", "min", "max", "enum")
        return {key: value for key, value in self._document(None).items() if key in keys}

    def _value(self) -> Any:
        """What it gives to a job; None when it is only declared."""
        if self.path is None:
            return self.default
        keys = ("type", "path", "mode", "path_on_compute", "datastore")
        return {key: value for key, value in self._document(None).items() if key in keys}


class Output(Described):
    """An output: what a component declares, or where a job writes it, or both.

    type: `uri_folder` (default), `uri_file`, `mltable` or a model type.
    path: where it goes: a local path, or `azureml://datastores/NAME/paths/…`; may hold `${{name}}`, `${{default_datastore}}`. Default: a place of the job's own.
    mode: how a cloud would take it away; without effect on one machine.
    name, version: register the finished output as a data asset.
    """

    type: Optional[str]
    path: Optional[PathLike]
    mode: Optional[str]
    name: Optional[str]
    version: Optional[str]
    description: Optional[str]

    _paths = ("path",)

    def __init__(
        self,
        *,
        type: str = "uri_folder",
        path: Optional[PathLike] = None,
        mode: Optional[str] = None,
        name: Optional[str] = None,
        version: Optional[str] = None,
        description: Optional[str] = None,
    ) -> None:
        self.type = type
        self.path = path
        self.mode = mode
        self.name = name
        self.version = version
        self.description = description

    def _declared(self) -> Document:
        return {key: value for key, value in self._document(None).items() if key in ("type", "mode", "description")}


class PipelineInput(Binding):
    """An input of a pipeline as its function receives it. Give it to steps; what it is, is known when the pipeline runs."""

    def __init__(self, name: str, type: str, pipeline: "PipelineJob") -> None:
        self.name = name
        self.type = type
        self._pipeline = pipeline

    def _expression(self, scope: Scope) -> str:
        if scope is not self._pipeline:
            raise ValidationException(
                f"{self} can only be used in the pipeline function that received it. Give it to the inner pipeline as one of its inputs."
            )
        return str(self)

    def __str__(self) -> str:
        return "${{parent.inputs." + self.name + "}}"

    def __bool__(self) -> bool:
        raise TypeError(
            f"The input {self.name!r} is known only when the pipeline runs: the function cannot decide by it. "
            f"Name it in @pipeline(non_pipeline_inputs=[{self.name!r}]) to receive the value itself."
        )

    def __repr__(self) -> str:
        return str(self)


class StepOutput(Binding, Output):
    """An output of a step or of a pipeline job: give it to another step, return it from the pipeline, or say where it goes by assigning to its attributes."""

    def __init__(self, key: str, step: "Job", declared: Output) -> None:
        Output.__init__(self, type="")
        self.type = None
        self._key = key
        self._step = step
        self._declared_as = declared

    def _set(self, value: Any) -> None:
        """What is assigned to it as a whole: an Output, a mapping, or a path."""
        value = Output(path=value) if isinstance(value, (str, os.PathLike)) else made(Output, value)
        if not isinstance(value, Output):
            raise TypeError(f"The output {self._key!r} is given {value!r}: expected an Output or a path.")
        self.update(value.items())

    def _kind(self) -> str:
        return self.type or self._declared_as.type or "uri_folder"

    def _place(self) -> Document:
        """Where it goes, as a job or a step says it."""
        declared = {key: value for key, value in self._declared_as._document(None).items() if key != "description"}
        return {**declared, **Output._document(self, None)}

    def _expression(self, scope: Scope) -> str:
        if scope is None or self._step not in scope.jobs.values():
            raise ValidationException(
                f"The output {self._key!r} of {self._step.name!r} can only be used in the pipeline function that made the step."
            )
        return "${{parent.jobs." + str(self._step.name) + ".outputs." + self._key + "}}"

    def _document(self, scope: Scope) -> Any:
        return self._expression(scope)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<output {self._key!r} of {self._step.name!r}>"

    __hash__ = Binding.__hash__
    __eq__ = object.__eq__


class StepInput(Closed):
    """What an input of a step or of a job is given; `type`, `mode` and `path` can be changed."""

    type: Optional[str]
    mode: Optional[str]

    def __init__(self, declared: Input, value: Any = None) -> None:
        self._declared_as = declared
        self._given: Any = None
        self._set(value)

    def _set(self, value: Any) -> None:
        value = value.value if isinstance(value, StepInput) else made(Input, value)
        # Data and models that are registered are inputs by their name.
        value = Input(type=value.type, path=value.id) if hasattr(value, "id") and not isinstance(value, Binding) else value
        text = value if isinstance(value, os.PathLike) or (isinstance(value, str) and self._declared_as.type not in _PRIMITIVES) else None
        self._given = Input(type=self._declared_as.type, path=text) if text is not None else value
        self.type = None
        self.mode = None

    @property
    def path(self) -> Optional[PathLike]:
        """The path that it is given; None for what is no data."""
        return self._given.path if isinstance(self._given, Input) else None

    @path.setter
    def path(self, value: PathLike) -> None:
        self._set(value)

    @property
    def value(self) -> Any:
        """What it was given."""
        return self._given

    def _kind(self) -> str:
        """The type of a port that takes this value."""
        given = self._given
        if self.type is not None:
            return self.type
        if isinstance(given, StepOutput):
            return given._kind()
        if isinstance(given, (PipelineInput, Input)):
            return given.type
        return _PRIMITIVE_OF.get(type(given), "string")

    def _document(self, scope: Scope) -> Any:
        value = self._given._value() if isinstance(self._given, Input) else None if self._given is None else written(self._given, scope)
        changed = {key: each for key, each in (("type", self.type), ("mode", self.mode)) if each is not None}
        if value is None or not changed:
            return value
        return {**value, **changed} if isinstance(value, Mapping) else {"path": value, **changed}

    def __repr__(self) -> str:
        return repr(self._given)


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


def declared_inputs(inputs: Optional[Mapping[str, Any]]) -> Dict[str, Input]:
    """What a component declares: a literal declares its type and is the default."""
    return {name: _declared_input(value) for name, value in (inputs or {}).items()}


def _declared_input(value: Any) -> Input:
    value = made(Input, value)
    if isinstance(value, Input):
        return value
    primitive = _PRIMITIVE_OF.get(type(value))
    if primitive is None:
        raise TypeError(f"An input is declared as {value!r}: expected an Input, a mapping, text, a number or a boolean.")
    return Input(type=primitive, default=value)


def declared_outputs(outputs: Optional[Mapping[str, Any]]) -> Dict[str, Output]:
    """What a component declares. `None` is an output of the default type."""
    return {name: Output() if value is None else made(Output, value) for name, value in (outputs or {}).items()}


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

