"""A worker logs to an MLflow run of its own, a child of the step's run.

MLflow's file store has no locks: of several processes that log the same parameter to one run, some read a file that another has
just emptied, and fail. The run is made when the script imports MLflow, and not where it never does.
"""

from __future__ import annotations

import os
import sys


def log_to_own_run(worker: str) -> None:
    """worker: with its node; a worker that replaces another goes on in the run of that one."""
    if "MLFLOW_RUN_ID" in os.environ and "PARALLELRUN_RUN" in os.environ:
        sys.meta_path.insert(0, _AtImport(worker))


class _AtImport:
    """Finds nothing, but sees what is looked for."""

    def __init__(self, worker: str) -> None:
        self._worker = worker

    def find_spec(self, name, path=None, target=None):
        if name == "mlflow":
            sys.meta_path.remove(self)
            _make_run(self._worker)
        return None


def _make_run(worker: str) -> None:
    import json

    with open(os.environ["PARALLELRUN_RUN"], encoding="utf-8") as file:
        step = json.load(file)["mlflow"]
    if os.environ.get("MLFLOW_RUN_ID") != step["run_id"]:
        # The script, or its user, means another one.
        return
    own = "%s-%s" % (step["run_id"], worker)
    folder = os.path.join(step["experiment"], own)
    for each in ("metrics", "params", "artifacts", "tags"):
        os.makedirs(os.path.join(folder, each), exist_ok=True)
    _write_once(os.path.join(folder, "tags", "mlflow.parentRunId"), step["run_id"])
    meta = dict(step["meta"], run_id=own, run_uuid=own, run_name=worker)
    _write_once(os.path.join(folder, "meta.yaml"), json.dumps(meta))
    os.environ["MLFLOW_RUN_ID"] = own


def _write_once(path: str, text: str) -> None:
    if not os.path.exists(path):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
