"""The outputs of a job that was created."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional

from ..exceptions import JobException, ResourceNotFoundError
from .tables import read_table

if TYPE_CHECKING:
    import pandas

    from .job import CreatedJob


class JobOutput:
    """A named output of a job. `path`: where it is, once the job has completed."""

    def __init__(self, job: "CreatedJob", name: str) -> None:
        self.name = name
        self._job = job
        self._copy: Optional[str] = None

    @property
    def path(self) -> str:
        """The file or folder on this machine. Raises JobException when the job has not completed, ResourceNotFoundError when it has no such output."""
        shown = self._job.details()
        if shown["status"] != "Completed":
            raise JobException(f"Job {shown['name']} is {shown['status']}: its outputs are there when it has completed.")
        if "outputs" in shown:
            known: Dict[str, Any] = shown["outputs"]
            if self.name not in known:
                raise ResourceNotFoundError(f"Job {shown['name']} has no output {self.name!r}. It has: {', '.join(known) or 'none'}.")
            if "path" not in known[self.name]:
                raise ResourceNotFoundError(f"Nothing wrote the output {self.name!r} of job {shown['name']}.")
            return str(known[self.name]["path"])
        return self._downloaded()

    def _downloaded(self) -> str:
        """A copy, from a version of `prl` that does not say where outputs are."""
        if self._copy is None:
            self._copy = tempfile.mkdtemp(prefix="parallelrun-")
            weakref.finalize(self, shutil.rmtree, self._copy, ignore_errors=True)
            where = ("--output-name", self.name, "--download-path", self._copy)
            self._job._prl.run("job", "download", "--name", self._job.name, *where, quiet=True)
        folder = os.path.join(self._copy, "named-outputs", self.name)
        inside = os.listdir(folder)
        return os.path.join(folder, inside[0]) if len(inside) == 1 else folder

    def to_pandas(self, **options: Any) -> "pandas.DataFrame":
        """The output as a DataFrame; a folder is read file by file, in the order of their names. Says on stderr how it read them.

        .csv, .tsv, .jsonl (.ndjson), .json and .parquet are read as what they are. A file of rows as Azure writes them (.txt, or another
        ending) is split at spaces, without a header, when every line has the same number of fields; else each line is one value.

        options: go to pandas' reader (`names`, `dtype`, `header=0` …). Raises ImportError when pandas is not installed.
        """
        return read_table(self.path, options)

    def __fspath__(self) -> str:
        return self.path

    def __repr__(self) -> str:
        return f"<output {self.name!r} of job {self._job.name}>"


class JobOutputs:
    """The outputs of a job by name, as attributes or as keys."""

    def __init__(self, job: "CreatedJob") -> None:
        self._job = job
        self._known: Dict[str, JobOutput] = {}

    def keys(self) -> List[str]:
        """The names, where `prl` tells them."""
        return list(self._job.details().get("outputs", {}))

    def __getattr__(self, name: str) -> JobOutput:
        if name.startswith("_"):
            raise AttributeError(name)
        known = self._job.details().get("outputs")
        if known is not None and name not in known:
            raise AttributeError(f"Job {self._job.name} has no output {name!r}. It has: {', '.join(known) or 'none'}.")
        return self[name]

    def __getitem__(self, name: str) -> JobOutput:
        return self._known.setdefault(name, JobOutput(self._job, name))

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __dir__(self) -> List[str]:
        return [*object.__dir__(self), *self.keys()]

    def __repr__(self) -> str:
        return repr(self.keys())
