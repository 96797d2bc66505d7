"""Parallel jobs, as in `azure.ai.ml.parallel`."""

from ._language.parallel import Parallel as ParallelJob
from ._language.parallel import Parallel as parallel_run_function
from ._language.task import ParallelTask, RunFunction

__all__ = ["ParallelJob", "ParallelTask", "RunFunction", "parallel_run_function"]
