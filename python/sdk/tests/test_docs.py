"""The Python blocks of docs/sdk-python.md are one program, which runs."""

import contextlib
import io
import re
import shutil
import subprocess
import unittest
from pathlib import Path

from support import InFolder

PAGE = Path(__file__).resolve().parents[3] / "docs" / "sdk-python.md"

try:
    import pandas  # noqa: F401
except ImportError:
    raise unittest.SkipTest("pandas is not installed") from None


class Page(InFolder):
    def test_what_the_page_shows_runs(self) -> None:
        shutil.rmtree("in")
        program = ""
        for language, info, text in re.findall(
            r"^```(\w+)(?: (\S+))?\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        ):
            if info.startswith("file="):
                self.write(info[5:], text)
            elif language == "sh":
                subprocess.run(["bash", "-euc", text], check=True)
            elif language == "python" and info == "":
                program += text
        self.write("program.py", program)
        said, shown = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(said):
            exec(compile(program, "program.py", "exec"), {"__name__": "program"})
        lines = shown.getvalue().splitlines()
        self.assertIn("6 ['1.txt', '2.txt', '3.txt', '4.txt', '5.txt', '6.txt']", lines)
        self.assertIn("dict_keys(['score_texts', 'count_lines'])", lines)
        self.assertIn("azureml:texts:1 ['count_lines']", lines)
        self.assertIn('mini_batch_size: Expected a number of files, or for a table a size such as 10kb, 1mb, 2gb or 100 rows, found "10 kb".', lines)
        self.assertEqual(Path("report/lines.txt").read_text().strip(), "6")
