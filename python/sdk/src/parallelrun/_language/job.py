"""What every job is: named, described, with inputs and outputs, and written as YAML."""

from __future__ import annotations

import os
import warnings
from typing import IO, Any, ClassVar, Dict, Mapping, Optional, Union

from .document import Closed, Document, written
from .port_maps import Ports, inputs_document, outputs_document
from .ports import PathLike
from .wiring import StepInput, StepOutput
from .yaml_text import to_yaml


class Job(Closed):
    """A job that can be created with `MLClient.jobs.create_or_update`, or, made inside a pipeline function, a step of that pipeline.

    name: unique; default: made up. compute: a name; one that is not configured runs on this machine.
    """

    name: Optional[str]
    display_name: Optional[str]
    description: Optional[str]
    experiment_name: Optional[str]
    tags: Dict[str, str]
    properties: Dict[str, str]
    compute: Optional[str]

    type: ClassVar[str]

    def __init__(
        self,
        name: Optional[str] = None,
        display_name: Optional[str] = None,
        description: Optional[str] = None,
        experiment_name: Optional[str] = None,
        tags: Optional[Mapping[str, str]] = None,
        properties: Optional[Mapping[str, str]] = None,
        compute: Optional[str] = None,
    ) -> None:
        self.name = name
        self.display_name = display_name
        self.description = description
        self.experiment_name = experiment_name
        self.tags = dict(tags or {})
        self.properties = dict(properties or {})
        self.compute = compute
        self._inputs: Ports[StepInput] = Ports("input", {})
        self._outputs: Ports[StepOutput] = Ports("output", {})

    @property
    def inputs(self) -> Ports[StepInput]:
        """What the inputs are given, by name."""
        return self._inputs

    @property
    def outputs(self) -> Ports[StepOutput]:
        """The outputs by name."""
        return self._outputs

    def dump(self, dest: Union[PathLike, IO[str]]) -> None:
        """Writes the job as a YAML file that `prl run` and `load_job` read; an existing file is replaced.

        Local paths in it are relative to the file. Raises ValidationException with every mistake of the job, in the words that
        YAML gets, before anything is written; where the command `prl` is not there to judge, a warning says so.
        """
        from .._client.prl import default_prl
        from ..exceptions import PrlNotFoundError

        document = self._job_document()
        try:
            default_prl().judge(document)
        except PrlNotFoundError as error:
            warnings.warn(f"The job is written without having been judged. {error}", stacklevel=2)
        if isinstance(dest, (str, os.PathLike)):
            file = os.path.abspath(os.fspath(dest))
            with open(file, "w", encoding="utf-8") as stream:
                stream.write(to_yaml(document, os.path.dirname(file)))
        else:
            dest.write(to_yaml(document))

    def _job_document(self) -> Document:
        """The job as it stands in a file of its own."""
        raise NotImplementedError

    def _described(self, *, named: bool) -> Document:
        """What both a job and a step say of themselves."""
        values: Mapping[str, Any] = {
            "name": self.name if named else None,
            "display_name": self.display_name,
            "description": self.description,
            "experiment_name": self.experiment_name,
            "tags": self.tags or None,
            "properties": self.properties or None,
            "compute": self.compute,
        }
        return dict(written(values, None))

    def _ports_document(self) -> Document:
        """The inputs and outputs of a job that stands alone."""
        ports = {"inputs": inputs_document(self._inputs, None), "outputs": outputs_document(self._outputs)}
        return {key: value for key, value in ports.items() if value}

    def __str__(self) -> str:
        return to_yaml(self._job_document())

    def __repr__(self) -> str:
        return str(self)
