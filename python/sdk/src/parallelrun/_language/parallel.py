"""Parallel work: a script over all mini-batches of an input."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional, Union

from .definition import Definition
from .document import made
from .ports import declared_inputs, declared_outputs
from .settings import JobResourceConfiguration, RetrySettings
from .step import Step
from .task import ParallelTask


class Parallel(Step):
    """A script's `run(mini_batch)` over all mini-batches of an input; `parallel_run_function(…)` makes one.

    inputs, outputs: what it takes and writes: an Input or Output, or a literal that is the default, by name.
    input_data: `${{inputs.x}}`: the input that is split.
    mini_batch_size: files in a mini-batch (default 10), or for tables an approximate size such as `10kb`, `1mb` (default), `2gb`.
    partition_keys: one mini-batch for each combination of these values; wins over `mini_batch_size`.
    error_threshold: failed items that are tolerated; -1 (default): any number.
    mini_batch_error_threshold: mini-batches failed for good that are tolerated; -1 (default): any number.
    retry_settings: a RetrySettings, or a mapping with its names.
    on_failure: what becomes of a mini-batch that failed for good: `fail` as a whole (default), or `isolate`: it is run again in halves,
        until the items that fail alone are known, and the rows of all others are kept.
    max_concurrency_per_instance: worker processes on each node; default: one for each GPU where there are GPUs, else one for each CPU core.
    logging_level: `DEBUG`, `INFO` (default) or `WARNING`.
    task: a RunFunction or ParallelTask. instance_count: nodes, default 1.
    is_deterministic: the outputs follow from the inputs alone, so that finished ones can be taken again; default True.

    Raises TypeError for a name that there is not. Values are judged when the job is dumped, validated or created.
    """

    retry_settings: RetrySettings
    on_failure: Optional[str]
    logging_level: Optional[str]
    max_concurrency_per_instance: Optional[int]
    error_threshold: Optional[int]
    mini_batch_error_threshold: Optional[int]
    mini_batch_size: Union[str, int, None]
    partition_keys: Optional[List[str]]
    input_data: Optional[str]
    task: ParallelTask

    type = "parallel"
    _settings = (
        "input_data",
        "mini_batch_size",
        "partition_keys",
        "error_threshold",
        "mini_batch_error_threshold",
        "retry_settings",
        "on_failure",
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
        on_failure: Optional[str] = None,
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
        self.on_failure = on_failure
        self.environment_variables = dict(environment_variables or {})
        self.logging_level = logging_level
        self.max_concurrency_per_instance = max_concurrency_per_instance
        self.error_threshold = error_threshold
        self.mini_batch_error_threshold = mini_batch_error_threshold
        self.task = made(ParallelTask, task) or ParallelTask()
        self.mini_batch_size = mini_batch_size
        self.partition_keys = partition_keys
        self.input_data = input_data
        self.identity = identity
        self.resources = made(JobResourceConfiguration, resources) or JobResourceConfiguration(
            instance_count=instance_count, instance_type=instance_type, docker_args=docker_args, shm_size=shm_size
        )
        self._define(Definition(name, version, declared_inputs(inputs), declared_outputs(outputs), is_deterministic))
