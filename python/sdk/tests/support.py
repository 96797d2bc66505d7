"""A folder with a job's files, in which a test runs, with a home of its own."""

import os
import tempfile
import unittest
from pathlib import Path
from typing import Any, Dict
from unittest import mock

from parallelrun import Input, Output, RunFunction, parallel_run_function

SCRIPT = """
import os

def run(mini_batch):
    names = [os.path.basename(path) for path in mini_batch]
    if any("bad" in name for name in names):
        raise ValueError("cannot read " + ", ".join(names))
    print("scored", *names)
    return [f"{name} {len(name)}" for name in names]
"""


class InFolder(unittest.TestCase):
    """The working directory is a temporary folder with `in/`, `model/` and `src/score.py`; its name has odd characters."""

    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory(prefix='it\'s a: "test" #1 é ')
        self.addCleanup(temporary.cleanup)
        self.folder = Path(os.path.realpath(temporary.name))
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)
        for number in range(4):
            self.write(f"in/{number}.txt", f"text {number}\n")
        self.write("model/threshold.txt", "0.5\n")
        self.write("src/score.py", SCRIPT)
        environment = mock.patch.dict(os.environ, {"PARALLELRUN_HOME": str(self.folder / "home")})
        environment.start()
        self.addCleanup(environment.stop)

    def write(self, file: str, text: str) -> Path:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


def score(**changes: Any) -> Any:
    """A parallel component over `in/`, with some settings changed."""
    settings: Dict[str, Any] = dict(
        name="score_texts",
        inputs=dict(texts=Input(type="uri_folder", path="./in")),
        outputs=dict(scores=Output(type="uri_file")),
        input_data="${{inputs.texts}}",
        mini_batch_size="2",
        max_concurrency_per_instance=1,
        task=RunFunction(code="./src", entry_script="score.py", append_row_to="${{outputs.scores}}"),
    )
    return parallel_run_function(**{**settings, **changes})
