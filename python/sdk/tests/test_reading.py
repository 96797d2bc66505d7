"""What is shown of a job while it runs, and how its outputs are read."""

import contextlib
import io
import os
import sys
import types
import unittest
from typing import Any, List
from unittest import mock

from parallelrun._client.notebook import notebook_display
from parallelrun._client.tables import read_table

from support import InFolder

try:
    import pandas
except ImportError:
    pandas = None  # type: ignore[assignment]

EVENTS: List[Any] = [
    {"type": "job_status", "status": "Running"},
    {"type": "step_status", "step": "score", "status": "Running"},
    {"type": "something_new", "step": "score"},
    {"type": "notice", "level": "warning", "message": "the keys win", "step": "score"},
    {
        "type": "progress",
        "step": "score",
        "unit": "file",
        "workers": 2,
        "miniBatches": {"total": 8, "planned": False, "done": 3, "failed": 1, "retries": 2},
        "items": {"total": 9, "done": 6, "failed": 2},
    },
    {"type": "attempt_failed", "step": "score", "what": "<7>.png", "error": {"type": "ValueError", "message": "a < b"}},
]


class Notebooks(unittest.TestCase):
    def test_a_table_of_the_steps_is_drawn_again(self) -> None:
        drawn: List[str] = []

        class Handle:
            def update(self, html: str) -> None:
                drawn.append(html)

        def display(html: str, display_id: bool) -> Handle:
            drawn.append(html)
            return Handle()

        ipython: Any = types.ModuleType("IPython")
        ipython.get_ipython = lambda: types.SimpleNamespace(kernel=object())
        module: Any = types.ModuleType("IPython.display")
        module.HTML, module.display = str, display
        self.assertIsNone(notebook_display())
        with mock.patch.dict(sys.modules, {"IPython": ipython, "IPython.display": module}):
            shown = notebook_display()
            assert shown is not None
            shown.follow("amber_hill", EVENTS)
            self.assertIn("3/8+ mini-batches, 6 files, 1 failed, 2 files failed, 2 workers", drawn[-1])
            self.assertIn("<progress value='4' max='8'>", drawn[-1])
            self.assertIn("&lt;7&gt;.png: ValueError: a &lt; b", drawn[-1])
            self.assertIn("the keys win", drawn[-1])
            with self.assertRaises(KeyboardInterrupt):
                shown.follow("amber_hill", self.interrupted())
            self.assertIn("Running", drawn[-1])
            ipython.get_ipython = lambda: types.SimpleNamespace()
            self.assertIsNone(notebook_display())

    def interrupted(self) -> Any:
        yield EVENTS[0]
        raise KeyboardInterrupt


@unittest.skipIf(pandas is None, "pandas is not installed")
class Tables(InFolder):
    def read(self, path: str, **options: Any) -> Any:
        self.said = io.StringIO()
        with contextlib.redirect_stderr(self.said):
            return read_table(path, options)

    def test_each_ending_is_read_as_what_it_is(self) -> None:
        table = pandas.DataFrame({"a": [1, 2], "b": ["x y", 'q"']})
        os.makedirs("t")
        table.to_csv("t/t.csv", index=False)
        table.to_csv("t/t.tsv", index=False, sep="\t")
        table.to_json("t/t.jsonl", orient="records", lines=True)
        table.to_csv("t/t.txt", index=False, header=False, sep=" ")
        for ending in ("csv", "tsv", "jsonl"):
            pandas.testing.assert_frame_equal(self.read(f"t/t.{ending}"), table)
        pandas.testing.assert_frame_equal(self.read("t/t.txt", names=["a", "b"]), table)
        self.assertIn("2 rows, read as 2 columns with a space between them and no header", self.said.getvalue())

    def test_lines_of_different_width_stay_whole_and_folders_are_read_in_order(self) -> None:
        self.write("out/b.txt", "three words here\n")
        self.write("out/a.txt", "one\ntwo words\u2028here\n")
        self.write("out/_SUCCESS", "")
        self.assertEqual(self.read("out")[0].tolist(), ["one", "two words\u2028here", "three words here"])
        self.assertIn("3 rows from 2 files, read as whole lines", self.said.getvalue())
        self.write("empty.txt", "")
        self.assertEqual(len(self.read("empty.txt")), 0)
