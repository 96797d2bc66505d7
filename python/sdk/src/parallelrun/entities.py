"""What jobs are made of, as in `azure.ai.ml.entities`."""

from ._client.compute import Compute
from ._client.compute import Compute as AmlCompute
from ._client.job import CreatedJob
from ._client.jobs import ValidationResult
from ._language.assets import Data, Model
from ._language.command import Command
from ._language.environment import BuildContext, Environment
from ._language.job import Job
from ._language.parallel import Parallel
from ._language.pipeline_job import PipelineJob
from ._language.settings import (
    CommandJobLimits,
    JobResourceConfiguration,
    PipelineJobSettings,
    QueueSettings,
    RetrySettings,
)
from ._language.settings import JobResourceConfiguration as ResourceConfiguration
from ._language.settings import RetrySettings as BatchRetrySettings
from ._language.task import ParallelTask

__all__ = [
    "AmlCompute",
    "BatchRetrySettings",
    "BuildContext",
    "Command",
    "CommandJobLimits",
    "Compute",
    "CreatedJob",
    "Data",
    "Environment",
    "Job",
    "JobResourceConfiguration",
    "Model",
    "Parallel",
    "ParallelTask",
    "PipelineJob",
    "PipelineJobSettings",
    "QueueSettings",
    "ResourceConfiguration",
    "RetrySettings",
    "ValidationResult",
]
