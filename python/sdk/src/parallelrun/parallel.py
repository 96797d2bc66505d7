"""Parallel jobs, as in `azure.ai.ml.parallel`."""

from ._language.settings import ParallelTask, RunFunction
from ._language.step import Parallel as ParallelJob
from ._language.step import Parallel as parallel_run_function

__all__ = ["ParallelJob", "ParallelTask", "RunFunction", "parallel_run_function"]
