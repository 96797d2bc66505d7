"""What wires the steps of a pipeline: its inputs, and the inputs and outputs of its steps."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Optional

from ..exceptions import ValidationException
from .document import Binding, Closed, Document, Scope, made, written
from .ports import PRIMITIVES, Input, Output, PathLike

if TYPE_CHECKING:
    from .job import Job
    from .pipeline_job import PipelineJob


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
        self.type, self.mode = (value.type, value.mode) if isinstance(value, StepInput) else (None, None)
        value = value.value if isinstance(value, StepInput) else made(Input, value)
        # Data and models that are registered are inputs by their name.
        value = Input(type=value.type, path=value.id) if hasattr(value, "id") and not isinstance(value, Binding) else value
        text = (
            value
            if isinstance(value, os.PathLike) or (isinstance(value, str) and self._declared_as.type not in PRIMITIVES.values())
            else None
        )
        self._given = Input(type=self._declared_as.type, path=text) if text is not None else value

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
        return PRIMITIVES.get(type(given), "string")

    def _document(self, scope: Scope) -> Any:
        value = self._given._value() if isinstance(self._given, Input) else None if self._given is None else written(self._given, scope)
        changed = {key: each for key, each in (("type", self.type), ("mode", self.mode)) if each is not None}
        if value is None or not changed:
            return value
        return {**value, **changed} if isinstance(value, Mapping) else {"path": value, **changed}

    def __repr__(self) -> str:
        return repr(self._given)
