"""Parallel and command work: a component that is called for a step of a pipeline, or a job that stands alone."""

from __future__ import annotations

import copy
from typing import Any, ClassVar, Dict, List, Mapping, Optional, Tuple, Union

from .definition import Definition
from .document import Document, Scope, is_bound, local_path, made, near, snapshot, written
from .environment import Environment, environment_document
from .job import Job
from .ports import (
    PathLike,
    Ports,
    StepOutput,
    declared_inputs,
    declared_outputs,
    given_inputs,
    inputs_document,
)
from .settings import (
    CommandJobLimits,
    JobResourceConfiguration,
    MpiDistribution,
    ParallelTask,
    PyTorchDistribution,
    QueueSettings,
    RetrySettings,
    TensorFlowDistribution,
)


class Step(Job):
    """Work of one kind. Call it with its inputs: inside a pipeline function for a step of that pipeline, elsewhere for a job that stands alone.

    Settings of a step are changed by assignment: `step.compute = "gpu"`, `step.resources.instance_count = 2`.
    """

    resources: Optional[JobResourceConfiguration]
    environment_variables: Optional[Mapping[str, Any]]
    identity: Optional[Any]

    #: The keys of YAML that say what work it is, apart from inputs and outputs.
    _settings: ClassVar[Tuple[str, ...]] = ()
    _paths: ClassVar[Tuple[str, ...]] = ()

    def _define(self, definition: Definition) -> None:
        self._definition = definition
        self._inputs = given_inputs(definition.inputs)
        self._outputs = Ports("output", {key: StepOutput(key, self, port) for key, port in definition.outputs.items()})
        #: What its component says by itself, where that is not written out here.
        self._elsewhere = self._says(None) if definition.reference is not None else {}

    def __call__(self, *args: Any, **inputs: Any) -> "Step":
        if args:
            names = ", ".join(f"{name}=…" for name in self._definition.inputs)
            raise TypeError(f"{self._label()}() takes keyword arguments only: {self._label()}({names}).")
        called = copy.copy(self)
        for key in (*self._settings, "tags", "properties", "identity"):
            setattr(called, key, snapshot(getattr(self, key)))
        called._inputs = given_inputs(self._definition.inputs)
        called._outputs = Ports("output", {key: StepOutput(key, called, port) for key, port in self._definition.outputs.items()})
        called.name = None
        for given, default in zip(called._inputs.values(), self._inputs.values()):
            given._set(default)
        for name, value in inputs.items():
            if name not in called._inputs:
                raise TypeError(f"{self._label()}() got an unexpected keyword argument {name!r}.{near(name, called._inputs)}")
            if value is not None:
                called._inputs[name] = value
        for key, output in self._outputs.items():
            called._outputs[key].update(output.items())
        from .pipeline import current_pipeline

        pipeline = current_pipeline()
        if pipeline is not None:
            pipeline._add(called)
        return called

    def _label(self) -> str:
        return self._definition.name or self.type

    def _settings_document(self, scope: Scope) -> Document:
        values = {key: getattr(self, key) for key in self._settings}
        document: Document = {
            key: local_path(value) if key in self._paths else written(value, scope) for key, value in values.items() if value is not None
        }
        if "environment" in document:
            document["environment"] = environment_document(values["environment"], scope)
        return {key: value for key, value in document.items() if value != {}}

    def _says(self, scope: Scope) -> Document:
        identity = {} if self.identity is None else {"identity": written(self.identity, scope)}
        return {**self._described(named=False), **identity, **self._settings_document(scope)}

    def _changes(self, scope: Scope) -> Document:
        """What it says differently from the component that is written elsewhere."""
        return {key: value for key, value in self._says(scope).items() if value != self._elsewhere.get(key)}

    def _component_document(self) -> Document:
        """The component as it stands in a file of its own, or under `component:`; what a pipeline binds is said by the step."""
        described = {"display_name": self.display_name, "description": self.description, "tags": self.tags or None}
        settings = {key: value for key, value in self._settings_document(None).items() if not is_bound(value)}
        return {
            "type": self.type,
            **{key: value for key, value in described.items() if value is not None},
            **self._definition.document(),
            **settings,
        }

    def _step_document(self, scope: Scope) -> Document:
        """What stands under the step's name in a pipeline."""
        says = self._changes(scope)
        if self._definition.reference is not None:
            component: Any = self._definition.reference
        else:
            work = {key: value for key, value in says.items() if key in self._settings and not is_bound(value)}
            says = {key: value for key, value in says.items() if key not in work}
            component = {"type": self.type, **self._definition.document(), **work}
        ports = {
            "inputs": inputs_document(self._inputs, scope),
            "outputs": {key: self._output_document(output, scope) for key, output in self._outputs.items()},
        }
        return {"type": self.type, "component": component, **says, **{key: value for key, value in ports.items() if value}}

    def _output_document(self, output: StepOutput, scope: Scope) -> Any:
        name = None if scope is None else scope._returned_as(output)
        return output._place() if name is None else "${{parent.outputs." + name + "}}"

    def _job_document(self) -> Document:
        definition = self._definition
        says = self._changes(None)
        # A job of its own can say what its inputs are given, and not what may be left out or is allowed.
        if definition.reference is not None:
            says["component"] = definition.reference
        elif not definition.is_plain or len(inputs_document(self._inputs, None)) < len(self._inputs):
            says = {**{key: value for key, value in says.items() if key not in self._settings}, "component": self._component_document()}
        # The builder's name names the component; a job gets one of its own.
        name = {} if self.name in (None, definition.name) else {"name": self.name}
        shown = {} if definition.name is None else {"display_name": definition.name}
        return {"type": self.type, **name, **shown, **says, **self._ports_document()}

    def set_resources(self, **resources: Any) -> None:
        """Sets some of the resources and leaves the others: `step.set_resources(instance_count=2)`."""
        self.resources = self.resources or JobResourceConfiguration()
        self.resources.update(resources)


class Parallel(Step):
    """A script's `run(mini_batch)` over all mini-batches of an input; `parallel_run_function(…)` makes one.

    inputs, outputs: what it takes and writes: an Input or Output, or a literal that is the default, by name.
    input_data: `${{inputs.x}}`: the input that is split.
    mini_batch_size: files in a mini-batch (default 10), or for tables an approximate size such as `10kb`, `1mb` (default), `2gb`.
    partition_keys: one mini-batch for each combination of these values; wins over `mini_batch_size`.
    error_threshold: failed items that are tolerated; -1 (default): any number.
    mini_batch_error_threshold: mini-batches failed for good that are tolerated; -1 (default): any number.
    retry_settings: a RetrySettings, or a mapping with its names.
    max_concurrency_per_instance: worker processes on each node; default: one for each GPU where there are GPUs, else one for each CPU core.
    logging_level: `DEBUG`, `INFO` (default) or `WARNING`.
    task: a RunFunction or ParallelTask. instance_count: nodes, default 1.
    is_deterministic: the outputs follow from the inputs alone, so that finished ones can be taken again; default True.

    Raises TypeError for a name that there is not. Values are judged when the job is dumped, validated or created.
    """

    retry_settings: Optional[RetrySettings]
    logging_level: Optional[str]
    max_concurrency_per_instance: Optional[int]
    error_threshold: Optional[int]
    mini_batch_error_threshold: Optional[int]
    mini_batch_size: Union[str, int, None]
    partition_keys: Optional[List[str]]
    input_data: Optional[str]
    task: Optional[ParallelTask]

    type = "parallel"
    _settings = (
        "input_data",
        "mini_batch_size",
        "partition_keys",
        "error_threshold",
        "mini_batch_error_threshold",
        "retry_settings",
        "logging_level",
        "max_concurrency_per_instance",
        "environment_variables",
        "resources",
        "task",
    )

    def __init__(
        self,
        *,
        name: Optional[str] = None,
        version: Optional[str] = None,
        description: Optional[str] = None,
        tags: Optional[Mapping[str, str]] = None,
        properties: Optional[Mapping[str, str]] = None,
        display_name: Optional[str] = None,
        experiment_name: Optional[str] = None,
        compute: Optional[str] = None,
        retry_settings: Union[RetrySettings, Mapping[str, Any], None] = None,
        environment_variables: Optional[Mapping[str, Any]] = None,
        logging_level: Optional[str] = None,
        max_concurrency_per_instance: Optional[int] = None,
        error_threshold: Optional[int] = None,
        mini_batch_error_threshold: Optional[int] = None,
        task: Union[ParallelTask, Mapping[str, Any], None] = None,
        mini_batch_size: Union[str, int, None] = None,
        partition_keys: Optional[List[str]] = None,
        input_data: Optional[str] = None,
        inputs: Optional[Mapping[str, Any]] = None,
        outputs: Optional[Mapping[str, Any]] = None,
        instance_count: Optional[int] = None,
        instance_type: Optional[str] = None,
        docker_args: Union[str, List[str], None] = None,
        shm_size: Optional[str] = None,
        resources: Union[JobResourceConfiguration, Mapping[str, Any], None] = None,
        identity: Optional[Any] = None,
        is_deterministic: bool = True,
    ) -> None:
        super().__init__(name, display_name, description, experiment_name, tags, properties, compute)
        self.retry_settings = made(RetrySettings, retry_settings) or RetrySettings()
        self.environment_variables = dict(environment_variables or {})
        self.logging_level = logging_level
        self.max_concurrency_per_instance = max_concurrency_per_instance
        self.error_threshold = error_threshold
        self.mini_batch_error_threshold = mini_batch_error_threshold
        self.task = made(ParallelTask, task)
        self.mini_batch_size = mini_batch_size
        self.partition_keys = partition_keys
        self.input_data = input_data
        self.identity = identity
        self.resources = made(JobResourceConfiguration, resources) or JobResourceConfiguration(
            instance_count=instance_count, instance_type=instance_type, docker_args=docker_args, shm_size=shm_size
        )
        self._define(Definition(name, version, declared_inputs(inputs), declared_outputs(outputs), is_deterministic))


class Command(Step):
    """A bash command; `command(…)` makes one.

    command: may hold `${{inputs.x}}` and `${{outputs.x}}`, which become values and paths, and `$[[ … ]]` around what is left out with an input that is not given.
    code: the folder (or file) of its code, relative to the working directory; it runs in a copy of it.
    environment: an Environment, or the name of a registered one. distribution: many processes instead of one.
    instance_count: nodes, default 1. timeout: seconds, default none.

    Raises TypeError for a name that there is not. Values are judged when the job is dumped, validated or created.
    """

    command: Optional[str]
    code: Optional[PathLike]
    environment: Union[Environment, Dict[str, Any], str, None]
    distribution: Union[MpiDistribution, PyTorchDistribution, TensorFlowDistribution, Mapping[str, Any], None]
    limits: Optional[CommandJobLimits]
    queue_settings: Optional[QueueSettings]
    services: Optional[Mapping[str, Any]]

    type = "command"
    _settings = (
        "command",
        "code",
        "environment",
        "environment_variables",
        "distribution",
        "resources",
        "limits",
        "queue_settings",
        "services",
    )
    _paths = ("code",)

    def __init__(
        self,
        *,
        name: Optional[str] = None,
        version: Optional[str] = None,
        description: Optional[str] = None,
        tags: Optional[Mapping[str, str]] = None,
        properties: Optional[Mapping[str, str]] = None,
        display_name: Optional[str] = None,
        command: Optional[str] = None,
        experiment_name: Optional[str] = None,
        environment: Union[Environment, Dict[str, Any], str, None] = None,
        environment_variables: Optional[Mapping[str, Any]] = None,
        distribution: Union[MpiDistribution, PyTorchDistribution, TensorFlowDistribution, Mapping[str, Any], None] = None,
        compute: Optional[str] = None,
        inputs: Optional[Mapping[str, Any]] = None,
        outputs: Optional[Mapping[str, Any]] = None,
        instance_count: Optional[int] = None,
        instance_type: Optional[str] = None,
        locations: Optional[List[str]] = None,
        docker_args: Union[str, List[str], None] = None,
        shm_size: Optional[str] = None,
        resources: Union[JobResourceConfiguration, Mapping[str, Any], None] = None,
        timeout: Optional[int] = None,
        code: Optional[PathLike] = None,
        identity: Optional[Any] = None,
        is_deterministic: bool = True,
        services: Optional[Mapping[str, Any]] = None,
        job_tier: Optional[str] = None,
        priority: Optional[str] = None,
    ) -> None:
        super().__init__(name, display_name, description, experiment_name, tags, properties, compute)
        self.command = command
        self.code = code
        self.environment = environment
        self.environment_variables = dict(environment_variables or {})
        self.distribution = distribution
        self.limits = CommandJobLimits(timeout=timeout)
        self.queue_settings = QueueSettings(job_tier=job_tier, priority=priority)
        self.services = services
        self.identity = identity
        self.resources = made(JobResourceConfiguration, resources) or JobResourceConfiguration(
            instance_count=instance_count,
            instance_type=instance_type,
            docker_args=docker_args,
            shm_size=shm_size,
            locations=locations,
        )
        self._define(Definition(name, version, declared_inputs(inputs), declared_outputs(outputs), is_deterministic))

    def set_limits(self, *, timeout: int) -> None:
        """`timeout`: seconds; past it every process of the step is killed and the step fails."""
        self.limits = CommandJobLimits(timeout=timeout)
