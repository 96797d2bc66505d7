"""Pipelines from functions: every component called in one is a step, and what it returns are the pipeline's outputs."""

from __future__ import annotations

import functools
import inspect
from typing import (
    Any,
    Callable,
    Dict,
    Mapping,
    Optional,
    Sequence,
    Tuple,
    Union,
    overload,
)

from .document import made, near
from .pipeline_job import PipelineJob
from .ports import Input
from .settings import PipelineJobSettings

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
