"""Settings that several kinds of work have."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional, Union

from .document import Described


class RetrySettings(Described):
    """What happens to a mini-batch whose attempt failed.

    max_retries: attempts after the first, default 2. timeout: seconds that one `run()` may take, default 60, up to 259200; past it the worker is killed and replaced.
    """

    timeout: Union[int, str, None]
    max_retries: Union[int, str, None]

    def __init__(self, *, timeout: Union[int, str, None] = None, max_retries: Union[int, str, None] = None) -> None:
        self.timeout = timeout
        self.max_retries = max_retries


class JobResourceConfiguration(Described):
    """What a step runs on.

    instance_count: nodes, default 1; on one machine logical ones, each with its own workers. shm_size, docker_args: of a container.
    instance_type, locations, max_instance_count, properties: for a cloud; judged and kept.
    """

    instance_count: Optional[int]
    instance_type: Optional[str]
    shm_size: Optional[str]
    docker_args: Union[str, List[str], None]
    locations: Optional[List[str]]
    max_instance_count: Optional[int]
    properties: Optional[Mapping[str, Any]]

    def __init__(
        self,
        *,
        locations: Optional[List[str]] = None,
        instance_count: Optional[int] = None,
        instance_type: Optional[str] = None,
        properties: Optional[Mapping[str, Any]] = None,
        docker_args: Union[str, List[str], None] = None,
        shm_size: Optional[str] = None,
        max_instance_count: Optional[int] = None,
    ) -> None:
        self.instance_count = instance_count
        self.instance_type = instance_type
        self.shm_size = shm_size
        self.docker_args = docker_args
        self.locations = locations
        self.max_instance_count = max_instance_count
        self.properties = properties


class CommandJobLimits(Described):
    """`timeout`: seconds; past it every process of the step is killed and the step fails. Default: none."""

    timeout: Optional[int]

    def __init__(self, *, timeout: Optional[int] = None) -> None:
        self.timeout = timeout


class QueueSettings(Described):
    """For a cloud: judged and kept."""

    job_tier: Optional[str]
    priority: Optional[str]

    def __init__(self, *, job_tier: Optional[str] = None, priority: Optional[str] = None) -> None:
        self.job_tier = job_tier
        self.priority = priority


class PipelineJobSettings(Described):
    """What holds for all steps of a pipeline.

    default_compute: where steps run that do not say it themselves. default_datastore: where outputs go that do not say it themselves.
    continue_on_step_failure: after a failed step, go on with those that do not depend on it; default False.
    force_rerun: run every step, also those whose finished outputs could be taken; default False.
    """

    default_compute: Optional[str]
    default_datastore: Optional[str]
    continue_on_step_failure: Optional[bool]
    force_rerun: Optional[bool]
    on_init: Optional[str]
    on_finalize: Optional[str]

    def __init__(
        self,
        *,
        default_compute: Optional[str] = None,
        default_datastore: Optional[str] = None,
        continue_on_step_failure: Optional[bool] = None,
        force_rerun: Optional[bool] = None,
        on_init: Optional[str] = None,
        on_finalize: Optional[str] = None,
    ) -> None:
        self.default_compute = default_compute
        self.default_datastore = default_datastore
        self.continue_on_step_failure = continue_on_step_failure
        self.force_rerun = force_rerun
        self.on_init = on_init
        self.on_finalize = on_finalize


class MpiDistribution(Described):
    """A command on many processes that speak MPI. `process_count_per_instance`: processes on each node, default 1."""

    type: str
    process_count_per_instance: Optional[int]

    def __init__(self, *, process_count_per_instance: Optional[int] = None) -> None:
        self.type = "mpi"
        self.process_count_per_instance = process_count_per_instance


class PyTorchDistribution(Described):
    """A command on many processes that find one another as PyTorch's do. `process_count_per_instance`: processes on each node, default 1."""

    type: str
    process_count_per_instance: Optional[int]

    def __init__(self, *, process_count_per_instance: Optional[int] = None) -> None:
        self.type = "pytorch"
        self.process_count_per_instance = process_count_per_instance


class TensorFlowDistribution(Described):
    """A command on many processes that find one another by `TF_CONFIG`. worker_count: in all, default the number of nodes; parameter_server_count: default 0."""

    type: str
    parameter_server_count: Optional[int]
    worker_count: Optional[int]

    def __init__(self, *, parameter_server_count: Optional[int] = 0, worker_count: Optional[int] = None) -> None:
        self.type = "tensorflow"
        self.parameter_server_count = parameter_server_count
        self.worker_count = worker_count
