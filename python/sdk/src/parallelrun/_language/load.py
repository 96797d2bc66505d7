"""Jobs and components from YAML files. Needs PyYAML."""

from __future__ import annotations

import os
from typing import Any, Dict, Mapping, Type

from ..exceptions import PrlNotFoundError, ValidationException
from .bind_paths import bind_component, bind_job
from .command import Command
from .definition import Definition
from .document import Document, LocalPath, fields, made, written
from .job import Job
from .parallel import Parallel
from .pipeline_job import PipelineJob
from .port_maps import Ports
from .ports import PathLike, declared_inputs, declared_outputs
from .settings import (
    CommandJobLimits,
    JobResourceConfiguration,
    PipelineJobSettings,
    QueueSettings,
    RetrySettings,
)
from .step import Step
from .task import ParallelTask
from .wiring import StepInput, StepOutput
from .yaml_text import read_yaml

_PARTS: Dict[str, type] = {
    "resources": JobResourceConfiguration,
    "retry_settings": RetrySettings,
    "task": ParallelTask,
    "limits": CommandJobLimits,
    "queue_settings": QueueSettings,
}


class PipelineComponent(Step):
    """A pipeline that is a component: called, a step of another pipeline or a job."""

    type = "pipeline"

    def __init__(self, **described: Any) -> None:
        Job.__init__(self, **described)
        self.resources = JobResourceConfiguration()
        self.environment_variables = {}
        self.identity = None
        self._define(Definition())


_KINDS: Dict[str, Type[Step]] = {"parallel": Parallel, "command": Command, "pipeline": PipelineComponent}


def load_component(source: PathLike) -> Step:
    """A component from a YAML file, to be called like one that was written in the program.

    Raises FileNotFoundError, ImportError (PyYAML is not installed), or ValidationException for what is no component. The rest is
    judged with the job that uses it.
    """
    file, document = _read(source)
    kind = document.get("type", "command")
    if kind not in _KINDS:
        raise ValidationException(f"{file}: type: Expected one of {', '.join(_KINDS)}, found {kind!r}.")
    return component_of(kind, bind_component(document, os.path.dirname(file)), file)


def component_of(kind: str, document: Mapping[str, Any], reference: str) -> Step:
    """A component that is written elsewhere, to be called; `document` has what is known of it."""
    described = {key: document[key] for key in ("display_name", "description", "tags", "properties") if key in document}
    try:
        step = _KINDS[kind](**described)
        for key in step._settings:
            if key in document:
                setattr(step, key, made(_PARTS[key], document[key]) if key in _PARTS else document[key])
        inputs, outputs = declared_inputs(document.get("inputs")), declared_outputs(document.get("outputs"))
    except TypeError as error:
        raise ValidationException(f"{reference}: {error}") from None
    name, version = (None if document.get(key) is None else str(document[key]) for key in ("name", "version"))
    step._define(Definition(name, version, inputs, outputs, reference=reference))
    step.name = name
    return step


def component_document(component: Any) -> Document:
    """A component as it stands in a file of its own. Raises TypeError for what is none, ValidationException for one that has no name."""
    if not isinstance(component, Step) or isinstance(component, PipelineJob):
        raise TypeError(f"Expected what parallel_run_function, command or load_component returns, found {type(component).__name__}.")
    if component._definition.reference is not None:
        file, document = _read(component._definition.reference)
        return bind_component(document, os.path.dirname(file))
    if component._definition.name is None:
        raise ValidationException("name: A component needs a name to be registered.")
    return component._component_document()


class LoadedJob(Job):
    """A job from a file. The keys of its file are attributes: `job.compute`, `job.inputs.data.path`, `job.jobs["score"]["mini_batch_size"]`."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        described = {key: document[key] for key in fields(Job) if document.get(key) is not None}
        self._more: Dict[str, Any] = {}
        super().__init__(**described)
        inputs = {key: _literal(value) for key, value in (document.get("inputs") or {}).items()}
        self._inputs = Ports("input", {key: StepInput(port, port) for key, port in declared_inputs(inputs).items()})
        outputs = declared_outputs(document.get("outputs"))
        self._outputs = Ports("output", {key: StepOutput(key, self, port) for key, port in outputs.items()})
        rest = {key: value for key, value in document.items() if key not in (*described, "inputs", "outputs")}
        self._more.update({key: made(_PARTS[key], value) if key in _PARTS else value for key, value in rest.items()})
        if self._more.get("type") == "pipeline":
            self._more["settings"] = _settings(self._more.get("settings") or {})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._more:
            raise AttributeError(f"The job has no {name!r}.")
        return self._more[name]

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_") or name in fields(Job):
            super().__setattr__(name, value)
        else:
            self._more[name] = value

    def _job_document(self) -> Document:
        more = {key: value for key, value in dict(written(self._more, None)).items() if value != {}}
        return {**more, **self._described(named=True), **self._ports_document()}


def _settings(document: Dict[str, Any]) -> Any:
    """A pipeline's settings may hold keys that nobody knows; then they stay a mapping."""
    known = set(document) <= set(fields(PipelineJobSettings))
    return PipelineJobSettings(**document) if known else document


def _literal(value: Any) -> Any:
    return value["value"] if isinstance(value, dict) and set(value) == {"value"} else value


def load_job(source: PathLike) -> Job:
    """A job from a YAML file: to be changed, dumped or created.

    Raises FileNotFoundError, ImportError (PyYAML is not installed), or ValidationException with every mistake at its line.
    """
    from .._client.prl import default_prl

    file, document = _read(source)
    try:
        default_prl().judge_file(file)
    except PrlNotFoundError:
        pass  # It is judged when it is created, which needs the command.
    return LoadedJob(bind_job(document, os.path.dirname(file)))


def _read(source: PathLike) -> "tuple[LocalPath, Dict[str, Any]]":
    file = LocalPath(os.path.abspath(os.fspath(source)))
    document = read_yaml(file)
    if not isinstance(document, dict):
        raise ValidationException(f"{file}: Expected a mapping, found {document!r}.")
    return file, document
