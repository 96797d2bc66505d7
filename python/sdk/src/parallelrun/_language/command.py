"""Command work: a bash command."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Union

from .definition import Definition
from .document import made
from .environment import Environment
from .ports import PathLike, declared_inputs, declared_outputs
from .settings import (
    CommandJobLimits,
    JobResourceConfiguration,
    MpiDistribution,
    PyTorchDistribution,
    QueueSettings,
    TensorFlowDistribution,
)
from .step import Step


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
    limits: CommandJobLimits
    queue_settings: QueueSettings
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
