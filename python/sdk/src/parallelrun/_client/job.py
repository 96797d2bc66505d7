"""A job that was created: what it is now, and what can be done with it."""

from __future__ import annotations

import html
import json
import os
import subprocess
import sys
from typing import Any, Dict, Iterator, List, Mapping, Optional

from .._language.ports import PathLike
from ..exceptions import JobException
from .notebook import notebook_display
from .outputs import JobOutputs
from .prl import Prl

_FINAL = ("Completed", "Failed", "Canceled", "NotResponding")


class CreatedJob:
    """A job in the home. What it says of itself is asked anew until the job has ended."""

    def __init__(self, prl: Prl, shown: Mapping[str, Any]) -> None:
        """`shown`: what is known of it; its `name` at least."""
        self._prl = prl
        self._shown = dict(shown)
        self._outputs = JobOutputs(self)

    @property
    def name(self) -> str:
        """Unique in the home."""
        return str(self._shown["name"])

    @property
    def display_name(self) -> str:
        """For people."""
        return str(self._known("display_name"))

    @property
    def directory(self) -> str:
        """The job's folder on this machine; logs are in `steps/<step>/logs/` there."""
        return str(self._known("directory"))

    @property
    def status(self) -> str:
        """`NotStarted`, `Queued`, `Preparing`, `Running`, `Finalizing`, `Completed`, `Failed`, `Canceled` or `NotResponding`."""
        return str(self._ended().get("status") or self.details()["status"])

    @property
    def error(self) -> Optional[str]:
        """Why it failed."""
        return (self._ended() or self.details()).get("error")

    @property
    def experiment_name(self) -> Optional[str]:
        """The experiment that it is filed under."""
        return self.details().get("experiment_name")

    @property
    def tags(self) -> Dict[str, str]:
        """Tags, by name."""
        return dict(self.details().get("tags", {}))

    @property
    def creation_context(self) -> Dict[str, str]:
        """`created_at`, `created_by`, `last_modified_at`; times are ISO 8601 in UTC."""
        return dict(self.details().get("creation_context", {}))

    @property
    def duration(self) -> Optional[float]:
        """Seconds that it ran, in all its lives, so far; None as long as it has not been started."""
        return self.details().get("duration_s")

    @property
    def steps(self) -> Dict[str, Any]:
        """State and counts of each step: what `prl job show --output json` says under `steps`; the one step of a standalone job is `main`."""
        return dict(self.details().get("steps", {}))

    @property
    def outputs(self) -> JobOutputs:
        """The finished outputs by name: `job.outputs.scores.path`, `job.outputs.scores.to_pandas()`."""
        return self._outputs

    def details(self) -> Dict[str, Any]:
        """What `prl job show --output json` says."""
        if "steps" not in self._ended():
            self._shown = self._prl.json("job", "show", "--name", self.name)
        return self._shown

    def _ended(self) -> Dict[str, Any]:
        """What is known of a job that has ended: nothing changes there, and nothing need be asked."""
        return self._shown if self._shown.get("status") in _FINAL else {}

    def _known(self, key: str) -> Any:
        """What does not change."""
        return self._shown[key] if key in self._shown else self.details()[key]

    def events(self, from_event: int = 1) -> Iterator[Dict[str, Any]]:
        """What happens in the job, as `prl job stream --output json` tells it: from that event on, until the job has ended."""
        arguments = ("job", "stream", "--name", self.name, "--from", str(from_event), "--output", "json")
        # In a session of its own: Ctrl-C is Python's to handle.
        with self._prl.start(*arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True) as process:
            try:
                assert process.stdout is not None
                for line in process.stdout:
                    yield json.loads(line)
            finally:
                process.terminate()

    def stream(self) -> None:
        """Follows the job to its end: in a notebook with a table of its steps, elsewhere with what `prl job stream` shows.

        Raises JobException when the job did not complete. Ctrl-C ends the following and not the job, and raises JobException too.
        """
        try:
            display = notebook_display()
            if display is None:
                self._show_in_terminal()
            else:
                display.follow(self.name, self.events())
        except KeyboardInterrupt as interrupt:
            raise JobException(
                f"No longer following {self.name}; the job goes on. Follow it again with job.stream(), end it with job.cancel()."
            ) from interrupt
        self._must_have_completed()

    def wait(self) -> "CreatedJob":
        """Waits for the end of the job, and shows nothing. Raises JobException when it did not complete."""
        for _ in self.events():
            pass
        self._must_have_completed()
        return self

    def cancel(self) -> None:
        """Ends the job now, with every process of it. It can be resumed."""
        self._prl.run("job", "cancel", "--name", self.name)
        self._shown = {"name": self.name}

    def resume(self) -> None:
        """Carries on with a job that did not complete; what is finished is not done again."""
        self._prl.run("job", "resume", "--name", self.name, "--output", "none")
        self._shown = {"name": self.name}

    def download(self, download_path: PathLike = ".", *, output_name: Optional[str] = None, all: bool = False) -> None:
        """Copies one named output to `<download_path>/named-outputs/<name>`; with `all` every output, and logs and artifacts to
        `<download_path>/artifacts`; without either the artifacts alone. Raises PrlError when there is no such output."""
        which = ["--output-name", output_name] if output_name is not None else ["--all"] if all else []
        self._prl.run("job", "download", "--name", self.name, "--download-path", os.path.abspath(os.fspath(download_path)), *which)

    def archive(self) -> None:
        """Hides the job from lists."""
        self._prl.run("job", "archive", "--name", self.name)

    def restore(self) -> None:
        """Shows an archived job in lists again."""
        self._prl.run("job", "restore", "--name", self.name)

    def logs(
        self,
        *,
        step: Optional[str] = None,
        mini_batch: Optional[int] = None,
        worker: Optional[str] = None,
        grep: Optional[str] = None,
        tail: Optional[int] = None,
    ) -> str:
        """What the scripts printed so far, a line each, in the order of mini-batches within a worker.

        step: only of that step. mini_batch: only of that one, from 0 on. worker: only of that one, such as `"process003"`. grep: only lines
        that match the regular expression (JavaScript's). tail: only the last lines of each worker.

        Raises PrlError when there is no such step or worker.
        """
        given = {"--step": step, "--mini-batch": mini_batch, "--worker": worker, "--grep": grep, "--tail": tail}
        options = [f"{flag}={value}" for flag, value in given.items() if value is not None]
        return self._prl.run("job", "logs", "--name", self.name, *options, quiet=True)

    def failed(self) -> List[Dict[str, Any]]:
        """The items that failed for good: mappings with `step`, `mini_batch`, `item` (a path, or `file`, `start`, `end`) and `error` (`type`, `message`)."""
        return list(self._prl.json("job", "failed", "--name", self.name))

    def _show_in_terminal(self) -> None:
        # The command draws on the terminal itself; where Python's stderr is something else, it writes lines.
        arguments = ("job", "stream", "--name", self.name, "--output", "none")
        if _is_own_stderr():
            with self._prl.start(*arguments, stdout=subprocess.DEVNULL) as process:
                process.wait()
        else:
            with self._prl.start(*arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True) as process:
                try:
                    assert process.stderr is not None
                    for line in process.stderr:
                        print(line, end="", file=sys.stderr)
                finally:
                    process.terminate()

    def _must_have_completed(self) -> None:
        shown = self.details()
        if shown["status"] != "Completed":
            raise JobException(failure(shown))

    def __repr__(self) -> str:
        return f"<job {self.name}: {self.status}>"

    def _repr_html_(self) -> str:
        rows = {"Name": self.name, "Status": self.status, "Display name": self.display_name, "Folder": self.directory}
        cells = "".join(f"<tr><th style='text-align:left'>{key}</th><td>{html.escape(value)}</td></tr>" for key, value in rows.items())
        return f"<table>{cells}</table>"


def failure(shown: Mapping[str, Any]) -> str:
    """Why a job did not complete, and what can be done."""
    steps: Mapping[str, Any] = shown.get("steps", {})
    errors = [f"{name}: {step['error']}" for name, step in steps.items() if step.get("error")]
    why = [str(shown["error"])] if shown.get("error") and not errors else errors
    how = {"Canceled": "was canceled", "NotResponding": "ended with its process", "Failed": "failed"}.get(
        shown["status"], f"is {shown['status']}"
    )
    return "\n".join(
        [
            f"Job {shown['name']} {how}.",
            *why,
            f"Its logs: {shown['directory']}",
            f"Carry on with jobs.resume({shown['name']!r}): finished work is not done again.",
        ]
    )


def _is_own_stderr() -> bool:
    try:
        return sys.stderr.fileno() == 2
    except (AttributeError, OSError, ValueError):
        return False
