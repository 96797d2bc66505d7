"""`MLClient.jobs`."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from .._language.document import Document
from .._language.job import Job
from .._language.ports import PathLike
from ..constants import ListViewType
from ..exceptions import ValidationException
from .job import CreatedJob
from .operations import Done
from .prl import Prl


class ValidationResult:
    """What the judge said of a job. `passed`: whether it can be created."""

    def __init__(self, errors: List[Dict[str, Any]], warnings: List[Dict[str, Any]]) -> None:
        self.passed = not errors
        #: Messages by the path of their key.
        self.error_messages: Dict[str, str] = {each["path"]: each["message"] for each in errors}
        self.warnings: Dict[str, str] = {each["path"]: each["message"] for each in warnings}

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        lines = [f"{path}: {message}" for path, message in self.error_messages.items()]
        return "\n".join(lines) or "valid"


class JobOperations:
    """Jobs of a home. Every method that takes a name raises ResourceNotFoundError when there is no such job."""

    def __init__(self, prl: Prl) -> None:
        self._prl = prl

    def create_or_update(
        self,
        job: Job,
        *,
        description: Optional[str] = None,
        compute: Optional[str] = None,
        tags: Optional[Mapping[str, str]] = None,
        experiment_name: Optional[str] = None,
        skip_validation: bool = False,
        limit: Optional[int] = None,
        force_rerun: bool = False,
    ) -> CreatedJob:
        """Stores the job and starts it in a process of its own, which outlives this program; returns as soon as it runs.

        description, compute, tags, experiment_name: instead of the job's own. limit: only the first mini-batches of each parallel step.
        force_rerun: run every step, also those whose finished outputs could be taken. skip_validation has no effect: a job is always judged.

        Raises ValidationException with everything that is wrong; then nothing is stored.
        """
        given: Document = {"description": description, "compute": compute, "tags": tags, "experiment_name": experiment_name}
        document = {**_document(job), **{key: value for key, value in given.items() if value is not None}}
        flags = [*(["--limit", str(limit)] if limit is not None else []), *(["--force-rerun"] if force_rerun else [])]
        return CreatedJob(self._prl, self._prl.with_file(document, "job", "create", *flags))

    def validate(self, job: Job, *, raise_on_failure: bool = False) -> ValidationResult:
        """Judges a job without storing it. Raises ValidationException only with `raise_on_failure`."""
        try:
            return ValidationResult([], self._prl.judge(_document(job)))
        except ValidationException as error:
            if raise_on_failure:
                raise
            return ValidationResult(error.errors, [])

    def get(self, name: str) -> CreatedJob:
        """A job of that name."""
        return CreatedJob(self._prl, self._prl.json("job", "show", "--name", name))

    def list(self, *, max_results: Optional[int] = None, list_view_type: str = ListViewType.ACTIVE_ONLY) -> List[CreatedJob]:
        """Jobs, newest first. max_results: at most so many."""
        view = {ListViewType.ARCHIVED_ONLY: ["--archived-only"], ListViewType.ALL: ["--include-archived"]}.get(list_view_type, [])
        most = [] if max_results is None else ["--max-results", str(max_results)]
        return [CreatedJob(self._prl, shown) for shown in self._prl.json("job", "list", *view, *most)]

    def stream(self, name: str) -> None:
        """Follows a job to its end. Raises JobException when it did not complete; Ctrl-C ends the following, not the job, and raises it too."""
        self._named(name).stream()

    def wait(self, name: str) -> CreatedJob:
        """Waits for the end of a job, and shows nothing. Raises JobException when it did not complete."""
        return self._named(name).wait()

    def cancel(self, name: str) -> None:
        """Ends a job now, with every process of it. It can be resumed."""
        self._named(name).cancel()

    def begin_cancel(self, name: str) -> Done[None]:
        """As `cancel`; the job has ended when this returns."""
        self.cancel(name)
        return Done(None)

    def resume(self, name: str) -> CreatedJob:
        """Carries on with a job that did not complete; what is finished is not done again."""
        job = self._named(name)
        job.resume()
        return job

    def download(self, name: str, *, download_path: PathLike = ".", output_name: Optional[str] = None, all: bool = False) -> None:
        """Copies one named output to `<download_path>/named-outputs/<output_name>`; with `all` every output, and logs and artifacts to
        `<download_path>/artifacts`; without either the artifacts alone."""
        self._named(name).download(download_path, output_name=output_name, all=all)

    def archive(self, name: str) -> None:
        """Hides a job from lists."""
        self._named(name).archive()

    def restore(self, name: str) -> None:
        """Shows an archived job in lists again."""
        self._named(name).restore()

    def _named(self, name: str) -> CreatedJob:
        """A job of which nothing is asked before that is needed."""
        return CreatedJob(self._prl, {"name": name})


def _document(job: Any) -> Document:
    if not isinstance(job, Job):
        hint = " Call the pipeline function first." if callable(job) else ""
        raise TypeError(f"A job is created from a job, not from {job!r}.{hint}")
    return job._job_document()
