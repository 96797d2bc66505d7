"""Pipelines from functions: every component called in one is a step, and what it returns are the pipeline's outputs."""

from __future__ import annotations

import functools
import inspect
import itertools
import re
import sys
from collections.abc import Mapping
from types import FrameType
from typing import Any, Callable, ClassVar, Dict, List, Optional, Sequence, Tuple, Union, overload

from ..exceptions import ValidationException
from .definition import Definition
from .document import Document, Scope, made, near
from .job import Job
from .ports import Input, Output, PipelineInput, Ports, StepInput, StepOutput, inputs_document
from .settings import PipelineJobSettings
from .step import Step

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
        self.resources = None
        self.environment_variables = None
        self.identity = None
        self._steps: List[Step] = []
        self._sources: Dict[str, StepOutput] = {}
        self._define(Definition())

    def __call__(self, *args: Any, **inputs: Any) -> Step:
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
        self.jobs = _named(self._steps, variables, name)
        self._take_returned(returned, name)
        ports = {key: Input(type=each._kind()) for key, each in given.items()}
        outputs = {key: Output(type=source._kind()) for key, source in self._sources.items()}
        self._definition = Definition(name, None, ports, outputs)
        if outer is not None:
            outer._add(self)

    def _take_returned(self, returned: Any, name: str) -> None:
        pairs = dict(returned.items()) if isinstance(returned, (Mapping, Ports)) else {} if returned is None else None
        if pairs is None:
            raise ValidationException(f"{name}() returns {returned!r}: expected outputs of its steps by name, such as {{'scores': step.outputs.scores}}.")
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


def _named(steps: Sequence[Step], variables: Mapping[str, Any], pipeline: str) -> Dict[str, Step]:
    """A name for each step: its own, else that of its component or of the variable that holds it, else one of these and a number."""
    named: Dict[str, Step] = {}
    for step in steps:
        if step.name is not None:
            if step.name in named:
                raise ValidationException(f"Two steps of {pipeline}() are called {step.name!r}.")
            named[step.name] = step
    for step in steps:
        if step.name is None:
            step.name = _free_name(step, variables, named)
            named[step.name] = step
    return {str(step.name): step for step in steps}


def _free_name(step: Step, variables: Mapping[str, Any], taken: Mapping[str, Step]) -> str:
    variable = next((name for name, value in variables.items() if value is step), None)
    definition = step._definition
    # A component that is written out in the program names its steps; one from elsewhere leaves that to the variable.
    own = definition.reference is None and step.type != "pipeline"
    wanted = [definition.name, variable] if own else [variable, definition.name]
    names = [_identifier(name) for name in wanted if name] or [step.type]
    numbered = (f"{names[0]}_{number}" for number in itertools.count(1))
    return next(name for name in itertools.chain(names, numbered) if name not in taken)


def _identifier(text: str) -> str:
    word = re.sub(r"\W", "_", text.lower(), flags=re.ASCII)
    return word if re.match(r"[a-z_]", word) else f"_{word}"


PipelineFunction = Callable[..., PipelineJob]


@overload
def pipeline(func: Callable[..., Any]) -> PipelineFunction: ...


@overload
def pipeline(
    func: None = None,
    *,
    name: Optional[str] = None,
    version: Optional[str] = None,
    display_name: Optional[str] = None,
    description: Optional[str] = None,
    experiment_name: Optional[str] = None,
    tags: Optional[Mapping[str, str]] = None,
    compute: Optional[str] = None,
    default_compute: Optional[str] = None,
    default_compute_target: Optional[str] = None,
    default_datastore: Optional[str] = None,
    continue_on_step_failure: Optional[bool] = None,
    force_rerun: Optional[bool] = None,
    on_init: Optional[str] = None,
    on_finalize: Optional[str] = None,
    non_pipeline_inputs: Sequence[str] = (),
) -> Callable[[Callable[..., Any]], PipelineFunction]: ...


def pipeline(
    func: Optional[Callable[..., Any]] = None,
    *,
    name: Optional[str] = None,
    version: Optional[str] = None,
    display_name: Optional[str] = None,
    description: Optional[str] = None,
    experiment_name: Optional[str] = None,
    tags: Optional[Mapping[str, str]] = None,
    compute: Optional[str] = None,
    default_compute: Optional[str] = None,
    default_compute_target: Optional[str] = None,
    default_datastore: Optional[str] = None,
    continue_on_step_failure: Optional[bool] = None,
    force_rerun: Optional[bool] = None,
    on_init: Optional[str] = None,
    on_finalize: Optional[str] = None,
    non_pipeline_inputs: Sequence[str] = (),
) -> Union[PipelineFunction, Callable[[Callable[..., Any]], PipelineFunction]]:
    """Makes a pipeline of a function: `@pipeline` or `@pipeline(display_name=…)`.

    Every component called in the function is a step; outputs of steps given to other steps wire them; outputs that it returns by
    name are the pipeline's own. The function runs once for each call, and builds: its arguments are known only when the pipeline
    runs, except those named in `non_pipeline_inputs` and those that are None.

    name, display_name: of the job; default: the function's name. default_compute (or default_compute_target): where steps run that do not say it themselves.
    default_datastore, continue_on_step_failure, force_rerun: see PipelineJobSettings.

    Raises TypeError when the function is called with other arguments than it takes; ValidationException when it returns what is no output of its steps.
    """

    def decorate(function: Callable[..., Any]) -> PipelineFunction:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def build(*args: Any, **kwargs: Any) -> PipelineJob:
            settings = PipelineJobSettings(
                default_compute=default_compute or default_compute_target,
                default_datastore=default_datastore,
                continue_on_step_failure=continue_on_step_failure,
                force_rerun=force_rerun,
                on_init=on_init,
                on_finalize=on_finalize,
            )
            job = PipelineJob(
                settings,
                display_name=display_name or name or function.__name__,
                description=description,
                experiment_name=experiment_name,
                tags=tags,
                compute=compute,
            )
            inputs, plain = _arguments(function.__name__, signature, args, kwargs, non_pipeline_inputs)
            job._build(function, name or function.__name__, inputs, plain)
            return job

        return build

    return decorate if func is None else decorate(func)


def _arguments(
    name: str, signature: inspect.Signature, args: Sequence[Any], kwargs: Mapping[str, Any], as_they_are: Sequence[str]
) -> Tuple[Dict[str, Tuple[Input, Any]], Dict[str, Any]]:
    """The pipeline's inputs with what they are declared as, and the arguments that the function receives as they are."""
    takes_any = any(each.kind is inspect.Parameter.VAR_KEYWORD for each in signature.parameters.values())
    unknown = [key for key in kwargs if key not in signature.parameters and not takes_any]
    if unknown:
        raise TypeError(f"{name}() got an unexpected keyword argument {unknown[0]!r}.{near(unknown[0], signature.parameters)}")
    try:
        call = signature.bind(*args, **kwargs)
    except TypeError as error:
        raise TypeError(f"{name}() {error}") from None
    call.apply_defaults()
    inputs: Dict[str, Tuple[Input, Any]] = {}
    plain: Dict[str, Any] = {}
    for key, value in call.arguments.items():
        parameter = signature.parameters[key]
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            if value:
                raise TypeError(f"{name}() takes its inputs by name: *{key} has none.")
        elif parameter.kind is inspect.Parameter.VAR_KEYWORD:
            inputs.update({each: (Input(type="string"), given) for each, given in value.items()})
        elif value is None or key in as_they_are:
            plain[key] = value
        else:
            inputs[key] = (_declared(parameter.annotation), value)
    return inputs, plain


def _declared(annotation: Any) -> Input:
    """What an annotation says of an input: `Input(type=…)` itself, else nothing."""
    declared = made(Input, annotation)
    return declared if isinstance(declared, Input) else Input(type="string")
