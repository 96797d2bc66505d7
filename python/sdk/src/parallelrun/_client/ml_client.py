"""The client of a home."""

from __future__ import annotations

import os
from typing import Any, Optional

from .._language.assets import Data, Model
from .._language.environment import Environment
from .._language.job import Job
from .._language.ports import PathLike
from .._language.step import Step
from .assets import (
    AssetOperations,
    component_operations,
    data_operations,
    environment_operations,
    model_operations,
)
from .compute import ComputeOperations
from .jobs import JobOperations
from .prl import Prl


class MLClient:
    """Jobs and assets of a home on this machine: `MLClient().jobs.create_or_update(job)`.

    home: the folder where they are kept; default: `PARALLELRUN_HOME`, else the nearest `.parallelrun` in the working directory or
    above, else the one in the user's home. The other parameters are azure-ai-ml's; a home has no account, and they are not read.

    The command `prl` does the work; where it is not there, the first call raises PrlNotFoundError, which says what to do.
    """

    def __init__(
        self,
        credential: Optional[Any] = None,
        subscription_id: Optional[str] = None,
        resource_group_name: Optional[str] = None,
        workspace_name: Optional[str] = None,
        registry_name: Optional[str] = None,
        *,
        home: Optional[PathLike] = None,
        cloud: Optional[str] = None,
        show_progress: bool = True,
        enable_telemetry: bool = False,
        logging_enable: bool = False,
    ) -> None:
        prl = Prl(None if home is None else os.path.abspath(os.fspath(home)))
        self.workspace_name = workspace_name or "local"
        self.jobs = JobOperations(prl)
        self.data: AssetOperations[Data] = data_operations(prl)
        self.models: AssetOperations[Model] = model_operations(prl)
        self.environments: AssetOperations[Environment] = environment_operations(prl)
        self.components: AssetOperations[Step] = component_operations(prl)
        self.compute = ComputeOperations(prl)

    @classmethod
    def from_config(
        cls,
        credential: Optional[Any] = None,
        *,
        path: Optional[PathLike] = None,
        file_name: Optional[str] = None,
        home: Optional[PathLike] = None,
    ) -> "MLClient":
        """The client of the home; `path` and `file_name` would say where a workspace's config.json is, and are not read."""
        return cls(credential, home=home)

    def create_or_update(self, entity: Any) -> Any:
        """Creates a job, or registers data, a model, an environment or a component, by what it is."""
        if isinstance(entity, Data):
            return self.data.create_or_update(entity)
        if isinstance(entity, Model):
            return self.models.create_or_update(entity)
        if isinstance(entity, Environment):
            return self.environments.create_or_update(entity)
        if isinstance(entity, Job):
            return self.jobs.create_or_update(entity)
        raise TypeError(f"{entity!r} is neither a job nor data, a model or an environment.")
