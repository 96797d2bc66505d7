"""Inputs and outputs as a component declares them and a job is given them."""

from __future__ import annotations

import os
from typing import Any, Dict, Mapping, Optional, Sequence, Union

from .document import Described, Document, made

PathLike = Union[str, "os.PathLike[str]"]
Literal = Union[str, int, float, bool]

#: What an input is called whose value is of that type.
PRIMITIVES: Dict[type, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}


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


def declared_inputs(inputs: Optional[Mapping[str, Any]]) -> Dict[str, Input]:
    """What a component declares: a literal declares its type and is the default."""
    return {name: _declared_input(value) for name, value in (inputs or {}).items()}


def _declared_input(value: Any) -> Input:
    value = made(Input, value)
    if isinstance(value, Input):
        return value
    primitive = PRIMITIVES.get(type(value))
    if primitive is None:
        raise TypeError(f"An input is declared as {value!r}: expected an Input, a mapping, text, a number or a boolean.")
    return Input(type=primitive, default=value)


def declared_outputs(outputs: Optional[Mapping[str, Any]]) -> Dict[str, Output]:
    """What a component declares. `None` is an output of the default type."""
    return {name: Output() if value is None else made(Output, value) for name, value in (outputs or {}).items()}
