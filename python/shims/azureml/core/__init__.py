"""What a script that runs in a job takes from Azure's own package of this name, where that is not installed.

Here is what belongs to the run and needs no cloud: what it logs, its inputs, registered models. The rest says that it needs the
real package.
"""

from .dataset import Dataset
from .experiment import Experiment
from .model import Model
from .run import Run
from .workspace import Workspace

__all__ = ["Dataset", "Experiment", "Model", "Run", "Workspace"]


def __getattr__(name: str):
    if name.startswith("__"):
        raise AttributeError(name)
    raise ImportError(
        f"azureml.core.{name} is not among the parts of azureml.core that work without Azure ({', '.join(__all__)}). "
        "Add azureml-core to the job's environment to use Azure's own package.",
        name=f"{__name__}.{name}",
    )
