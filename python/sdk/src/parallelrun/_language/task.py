"""What runs on each mini-batch."""

from __future__ import annotations

from typing import Any, Dict, Optional, Union

from .document import Described, Scope
from .environment import Environment, environment_document
from .ports import PathLike


class ParallelTask(Described):
    """What runs on each mini-batch: an entry script (`type="run_function"`, the default) or a model that needs none (`type="model"`).

    code: the folder (or file) of the script, relative to the working directory; the workers run in a copy of it.
    entry_script: the script with `init()` and `run(mini_batch)`, relative to `code`.
    program_arguments: its arguments; `${{inputs.x}}` and `${{outputs.x}}` become values and paths.
    append_row_to: `${{outputs.x}}`: what `run` returns becomes one file there, in input order; without it, rows are only counted.
    environment: an Environment, or the name of a registered one (`azureml:name:version`). model: with `type="model"`, the model.
    """

    type: Optional[str]
    code: Optional[PathLike]
    entry_script: Optional[str]
    program_arguments: Optional[str]
    model: Optional[PathLike]
    append_row_to: Optional[str]
    environment: Union[Environment, Dict[str, Any], str, None]

    _paths = ("code", "model")

    def __init__(
        self,
        *,
        type: Optional[str] = None,
        code: Optional[PathLike] = None,
        entry_script: Optional[str] = None,
        program_arguments: Optional[str] = None,
        model: Optional[PathLike] = None,
        append_row_to: Optional[str] = None,
        environment: Union[Environment, Dict[str, Any], str, None] = None,
    ) -> None:
        self.type = type
        self.code = code
        self.entry_script = entry_script
        self.program_arguments = program_arguments
        self.model = model
        self.append_row_to = append_row_to
        self.environment = environment

    def _document(self, scope: Scope) -> Any:
        environment = {} if self.environment is None else {"environment": environment_document(self.environment, scope)}
        return {**super()._document(scope), **environment}


class RunFunction(ParallelTask):
    """An entry script that runs on each mini-batch: a ParallelTask with `type="run_function"`."""

    def __init__(
        self,
        *,
        code: Optional[PathLike] = None,
        entry_script: Optional[str] = None,
        program_arguments: Optional[str] = None,
        model: Optional[PathLike] = None,
        append_row_to: Optional[str] = None,
        environment: Union[Environment, Dict[str, Any], str, None] = None,
    ) -> None:
        super().__init__(
            type="run_function",
            code=code,
            entry_script=entry_script,
            program_arguments=program_arguments,
            model=model,
            append_row_to=append_row_to,
            environment=environment,
        )
