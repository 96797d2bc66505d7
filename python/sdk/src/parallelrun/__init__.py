"""Run parallel jobs from Python: `init()` and `run(mini_batch)` over millions of files or billions of rows, on your own machine.

The names are those of `azure-ai-ml`: a program that was written for it changes its imports, `azure.ai.ml` to `parallelrun` and
`azure.identity` to `parallelrun.identity`.

    from parallelrun import Input, MLClient, Output, RunFunction, parallel_run_function

    score = parallel_run_function(
        inputs={"images": Input(path="./images")},
        outputs={"scores": Output(type="uri_file")},
        input_data="${{inputs.images}}",
        mini_batch_size=50,
        task=RunFunction(code="./src", entry_script="score.py", append_row_to="${{outputs.scores}}"),
    )
    job = MLClient().jobs.create_or_update(score)
    job.stream()
    job.outputs.scores.to_pandas()

The command `prl` runs the jobs; `PARALLELRUN_PRL` names it where it is not on the PATH.
"""

__version__ = "0.1.0"

from ._client.ml_client import MLClient
from ._language.assets import Data, Model
from ._language.command import Command as command
from ._language.environment import BuildContext, Environment
from ._language.load import load_component, load_job
from ._language.parallel import Parallel as ParallelJob
from ._language.parallel import Parallel as parallel_run_function
from ._language.pipeline import pipeline
from ._language.ports import Input, Output
from ._language.settings import (
    JobResourceConfiguration,
    MpiDistribution,
    PyTorchDistribution,
    RetrySettings,
    TensorFlowDistribution,
)
from ._language.settings import JobResourceConfiguration as ResourceConfiguration
from ._language.settings import RetrySettings as BatchRetrySettings
from ._language.task import ParallelTask, RunFunction
from .constants import AssetTypes, InputOutputModes

__all__ = [
    "AssetTypes",
    "BatchRetrySettings",
    "BuildContext",
    "Data",
    "Environment",
    "Input",
    "InputOutputModes",
    "JobResourceConfiguration",
    "MLClient",
    "Model",
    "MpiDistribution",
    "Output",
    "ParallelJob",
    "ParallelTask",
    "PyTorchDistribution",
    "ResourceConfiguration",
    "RetrySettings",
    "RunFunction",
    "TensorFlowDistribution",
    "command",
    "load_component",
    "load_job",
    "parallel_run_function",
    "pipeline",
]
