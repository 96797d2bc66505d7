from __future__ import annotations

import os
import shutil

from azureml.exceptions import RunEnvironmentException

from ._cloud import needs_cloud
from ._described import described
from ._run_log import RunLog
from ._values import columns_of, plain, scalar
from .dataset import InputDataset
from .experiment import Experiment

_INSTEAD = "What runs here is told by `prl job show`."


class Run:
    """The step that the script runs in.

    What it logs is in the step's folder at once, and shown by `prl job show`: the latest value of each name.
    """

    def __init__(self, told: dict, log: RunLog) -> None:
        self._told, self._log = told, log
        self.id: str = told["id"]
        self.name: str = told.get("name", self.id)

    @staticmethod
    def get_context(allow_offline: bool = True, used_for_context_manager: bool = False, **kwargs):
        """The step's run; outside of a job, and under a debugger, one that prints what it would log.

        Raises RunEnvironmentException there if `allow_offline` is false.
        """
        folder = os.environ.get("PARALLELRUN_METRICS")
        if folder and described():
            return _run(described(), folder)
        if allow_offline:
            return _OfflineRun()
        raise RunEnvironmentException("This process is in no step of a job: there is no run to log to")

    # What it is

    @property
    def experiment(self) -> Experiment:
        return Experiment(name=self._told.get("experiment", "Default"))

    @property
    def parent(self) -> Run | None:
        """The pipeline job of the step; None for a job that is one step."""
        told = self._told.get("parent")
        return None if told is None else _run(dict(told, experiment=self._told.get("experiment", "Default")), told["metrics"])

    @property
    def input_datasets(self) -> dict:
        """The inputs of the step by name: paths, which can also be asked as datasets can."""
        return {name: InputDataset(path) for name, path in self._told.get("inputs", {}).items()}

    @property
    def status(self) -> str:
        return "Running"

    def get_status(self) -> str:
        return self.status

    def get_details(self) -> dict:
        """runId, status, and the names and paths of the inputs."""
        return {"runId": self.id, "status": self.status, "inputDatasets": self._told.get("inputs", {}), "properties": {}, "logFiles": {}}

    # What it logs

    def log(self, name: str, value, description: str = "", step: int | None = None) -> None:
        """A number or a text; logged again under the same name it is the next of a series."""
        self._write({"name": str(name), "value": scalar(name, value), **({} if step is None else {"step": step})})

    def log_list(self, name: str, value, description: str = "") -> None:
        self._write({"name": str(name), "value": plain(list(value))})

    def log_row(self, name: str, description: str | None = None, **kwargs) -> None:
        """A row of a table; each column is a keyword argument."""
        self._write({"name": str(name), "value": plain(kwargs), "kind": "row"})

    def log_table(self, name: str, value: dict, description: str = "") -> None:
        """value: columns by name."""
        self._write({"name": str(name), "value": columns_of(name, value)})

    def log_image(self, name: str, path: str | None = None, plot=None, description: str = "") -> None:
        """A picture among the artifacts: a copy of the file at `path`, or what `plot.savefig` writes (`matplotlib.pyplot`)."""
        if (path is None) == (plot is None):
            raise ValueError("log_image() takes either a path or a plot")
        ending = ".png" if path is None else os.path.splitext(path)[1]
        target = self._artifact(name if os.path.splitext(str(name))[1] == ending else f"{name}{ending}")
        if path is not None:
            shutil.copyfile(path, target)
        else:
            plot.savefig(target, format="png")
        self._write({"name": str(name), "value": os.path.relpath(target, self._told["artifacts"])})

    def _log_chart(self, name: str, value, description: str = "") -> None:
        self._write({"name": str(name), "value": plain(value)})

    log_accuracy_table = log_confusion_matrix = log_predictions = log_residuals = _log_chart

    def get_metrics(self, name: str | None = None, recursive: bool = False, run_type=None, populate: bool = False) -> dict:
        """What all processes of the step have logged: a value, a list of them where there are several, columns for rows."""
        found: dict = {}
        for entry in self._log.entries():
            if "name" in entry and name in (None, entry["name"]):
                found.setdefault(entry["name"], []).append(entry)
        return {each: _series(entries) for each, entries in found.items()}

    # Tags

    def tag(self, key: str, value: str | None = None) -> None:
        self._write({"tag": str(key), "value": "" if value is None else str(value)})

    def set_tags(self, tags: dict) -> None:
        for key, value in tags.items():
            self.tag(key, value)

    add_properties = set_tags

    def get_tags(self) -> dict:
        return {entry["tag"]: entry["value"] for entry in self._log.entries() if "tag" in entry}

    @property
    def tags(self) -> dict:
        return self.get_tags()

    # Files

    def upload_file(self, name: str, path_or_stream, datastore_name: str | None = None) -> None:
        """Copies a file to the step's artifacts, under this name."""
        target = self._artifact(name)
        if hasattr(path_or_stream, "read"):
            with open(target, "wb") as file:
                data = path_or_stream.read()
                file.write(data.encode() if isinstance(data, str) else data)
        elif os.path.abspath(path_or_stream) != target:
            shutil.copyfile(path_or_stream, target)

    def upload_files(self, names: list, paths: list, **kwargs) -> None:
        for name, path in zip(names, paths):
            self.upload_file(name, path)

    def upload_folder(self, name: str, path: str, datastore_name: str | None = None) -> None:
        for folder, _, files in os.walk(path):
            for each in files:
                file = os.path.join(folder, each)
                self.upload_file(os.path.join(name, os.path.relpath(file, path)), file)

    # Nothing waits to be sent, and how the step ends is how its script ends.

    def flush(self, timeout_seconds: int = 300) -> None:
        pass

    def complete(self, _set_status: bool = True) -> None:
        pass

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_) -> None:
        pass

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        raise needs_cloud(f"Run.{name}", _INSTEAD)

    def __repr__(self) -> str:
        return f"Run(Experiment: {self.experiment.name}, Id: {self.id})"

    def _write(self, entry: dict) -> None:
        self._log.write(entry)

    def _artifact(self, name) -> str:
        """The path for an artifact, its folder made."""
        artifacts = self._told.get("artifacts")
        if artifacts is None:
            raise needs_cloud("An artifact of the pipeline job", "Log it to the step's own run.")
        target = os.path.abspath(os.path.join(artifacts, str(name).lstrip("/")))
        if not target.startswith(artifacts + os.sep):
            raise ValueError(f"{name!r} is not a name inside the step's artifacts")
        os.makedirs(os.path.dirname(target), exist_ok=True)
        return target


class _OfflineRun:
    """A run that is in no job: it prints what it is given to log. Like Azure's it has neither experiment nor parent."""

    def __init__(self) -> None:
        import uuid

        self.id = f"OfflineRun_{uuid.uuid4()}"

    def log(self, name, value, description="", step=None) -> None:
        self._print("metric", name, value)

    def log_list(self, name, value, description="") -> None:
        self._print("list", name, value)

    def log_row(self, name, description=None, **kwargs) -> None:
        self._print("row", name, kwargs)

    def log_table(self, name, value, description="") -> None:
        self._print("table", name, value)

    def log_image(self, name, path=None, plot=None, description="") -> None:
        self._print("image", name, path if plot is None else plot)

    log_accuracy_table = log_confusion_matrix = log_predictions = log_residuals = log_table

    def tag(self, key, value=None) -> None:
        self._print("tag", key, value)

    def set_tags(self, tags) -> None:
        self._print("tags", "", tags)

    def add_properties(self, properties) -> None:
        self._print("properties", "", properties)

    def upload_file(self, name, path_or_stream, datastore_name=None) -> None:
        self._print("file", name, path_or_stream)

    def upload_files(self, names, paths, **kwargs) -> None:
        self._print("files", ", ".join(names), paths)

    def upload_folder(self, name, path, datastore_name=None) -> None:
        self._print("folder", name, path)

    def child_run(self, name=None, run_id=None, outputs=None) -> _OfflineRun:
        return _OfflineRun()

    def flush(self, timeout_seconds=300) -> None:
        pass

    def complete(self, _set_status=True) -> None:
        pass

    def fail(self, error_details=None, error_code=None, _set_status=True) -> None:
        pass

    def cancel(self) -> None:
        pass

    def __enter__(self) -> _OfflineRun:
        return self

    def __exit__(self, *_) -> None:
        pass

    def _print(self, kind: str, name, value) -> None:
        print(f"Not in a job, so not logged: {kind} {name} = {value}")


_runs: dict = {}


def _run(told: dict, folder: str) -> Run:
    """The same instance in a process and in those that it forks: they append to one file."""
    if folder not in _runs:
        _runs[folder] = Run(told, RunLog(folder))
    return _runs[folder]


def _series(entries: list):
    values = [entry["value"] for entry in entries]
    if any(entry.get("kind") == "row" for entry in entries):
        names = list(dict.fromkeys(name for value in values for name in value))
        return {name: _one([value[name] for value in values if name in value]) for name in names}
    return _one(values)


def _one(values: list):
    return values[0] if len(values) == 1 else values
