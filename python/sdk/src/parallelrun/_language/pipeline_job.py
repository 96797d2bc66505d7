"""What a pipeline function makes: the steps that were called in it, and what it returned as outputs."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from types import FrameType
from typing import Any, Callable, Dict, List, NoReturn, Optional, Tuple

from ..exceptions import ValidationException
from .definition import Definition
from .document import Document, Scope
from .job import Job
from .port_maps import Ports, inputs_document
from .ports import Input, Output
from .settings import JobResourceConfiguration, PipelineJobSettings
from .step import Step
from .step_names import named
from .wiring import PipelineInput, StepInput, StepOutput

_building: List["PipelineJob"] = []


def current_pipeline() -> Optional["PipelineJob"]:
    """The pipeline whose function is being run."""
    return _building[-1] if _building else None


class PipelineJob(Step):
    """What a pipeline function makes when it is called: a job, or, inside another pipeline function, a step of that pipeline.

    `jobs` has the steps by name; `inputs`, `outputs` and `settings` can be changed until the job is created.
    """

    settings: PipelineJobSettings
    jobs: Dict[str, Step]

    type = "pipeline"

    def __init__(self, settings: PipelineJobSettings, **described: Any) -> None:
        Job.__init__(self, **described)
        self.settings = settings
        self.jobs = {}
        self.resources = JobResourceConfiguration()
        self.environment_variables = {}
        self.identity = None
        self._steps: List[Step] = []
        self._sources: Dict[str, StepOutput] = {}
        self._define(Definition())

    def __call__(self, *args: Any, **inputs: Any) -> NoReturn:
        raise TypeError("A pipeline job cannot be called: call the pipeline function.")

    def _add(self, step: Step) -> None:
        self._steps.append(step)

    def _build(self, function: Callable[..., Any], name: str, inputs: Mapping[str, Tuple[Input, Any]], plain: Mapping[str, Any]) -> None:
        """Runs the function, once, with what stands for its inputs; `plain` has the arguments that it receives as they are."""
        given = {key: StepInput(port, value) for key, (port, value) in inputs.items()}
        self._inputs = Ports("input", given)
        arguments = {key: PipelineInput(key, each._kind(), self) for key, each in given.items()}
        outer = current_pipeline()
        _building.append(self)
        try:
            returned, variables = _call(function, {**arguments, **plain})
        finally:
            _building.pop()
        self.jobs = named(self._steps, variables, name)
        self._take_returned(returned, name)
        ports = {key: Input(type=each._kind()) for key, each in given.items()}
        outputs = {key: Output(type=source._kind()) for key, source in self._sources.items()}
        self._definition = Definition(name, None, ports, outputs)
        if outer is not None:
            outer._add(self)

    def _take_returned(self, returned: Any, name: str) -> None:
        pairs = dict(returned.items()) if isinstance(returned, (Mapping, Ports)) else {} if returned is None else None
        if pairs is None:
            raise ValidationException(
                f"{name}() returns {returned!r}: expected outputs of its steps by name, such as {{'scores': step.outputs.scores}}."
            )
        outputs: Dict[str, StepOutput] = {}
        for key, source in pairs.items():
            if not isinstance(source, StepOutput) or source._step not in self._steps:
                raise ValidationException(f"{name}() returns {key!r}, which is no output of one of its steps.")
            other = self._returned_as(source)
            if other is not None:
                raise ValidationException(f"{name}() returns {source!r} as {other!r} and as {key!r}; one output has one name.")
            self._sources[key] = source
            # What a step says of where its output goes holds for the pipeline's.
            outputs[key] = StepOutput(key, self, Output(type=source._kind()))
            outputs[key].update({k: v for k, v in source._place().items() if k != "type"})
        self._outputs = Ports("output", outputs)

    def _returned_as(self, output: StepOutput) -> Optional[str]:
        return next((name for name, source in self._sources.items() if source is output), None)

    def _jobs_document(self) -> Document:
        return {name: step._step_document(self) for name, step in self.jobs.items()}

    def _component_document(self) -> Document:
        described = {"display_name": self.display_name, "description": self.description, "tags": self.tags or None}
        return {
            "type": "pipeline",
            **{key: value for key, value in described.items() if value is not None},
            **self._definition.document(),
            "jobs": self._jobs_document(),
        }

    def _step_document(self, scope: Scope) -> Document:
        ports = {
            "inputs": inputs_document(self._inputs, scope),
            "outputs": {key: self._output_document(output, scope) for key, output in self._outputs.items()},
        }
        return {"type": "pipeline", "component": self._component_document(), **{key: value for key, value in ports.items() if value}}

    def _job_document(self) -> Document:
        settings = self.settings._document(None)
        return {
            "type": "pipeline",
            **self._described(named=True),
            **({"settings": settings} if settings else {}),
            **self._ports_document(),
            "jobs": self._jobs_document(),
        }


def _call(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Tuple[Any, Dict[str, Any]]:
    """What the function returns, and its variables when it did: the steps are named after them, as azure-ai-ml does."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    variables: Dict[str, Any] = {}

    def look(frame: FrameType, event: str, _: Any) -> None:
        if event == "return" and frame.f_code is code:
            variables.update(frame.f_locals)

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        return function(**arguments), variables
    finally:
        sys.setprofile(before)
