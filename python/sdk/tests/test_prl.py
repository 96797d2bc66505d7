"""How the command is found, and what is said when it is not there or is another."""

import os
import sys
import tempfile
import warnings
from pathlib import Path
from unittest import mock

from parallelrun import MLClient, __version__
from parallelrun._client.prl import check_version, find_prl
from parallelrun.exceptions import PrlError, PrlNotFoundError, PrlVersionError

from support import InFolder, score


class Finding(InFolder):
    def setUp(self) -> None:
        super().setUp()
        check_version.cache_clear()
        # The test's own folder has a colon in its name, which a PATH cannot hold.
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.bin = temporary.name
        environment = mock.patch.dict(os.environ, {"PATH": self.bin})
        environment.start()
        self.addCleanup(environment.stop)
        os.environ.pop("PARALLELRUN_PRL", None)

    def command(self, file: str, answer: str, code: int = 0) -> Path:
        path = self.write(file, f"#!{sys.executable}\nimport sys\nprint({answer!r})\nsys.exit({code})\n")
        path.chmod(0o755)
        return path

    def test_it_is_named_or_on_the_path_or_beside_the_project(self) -> None:
        with self.assertRaisesRegex(PrlNotFoundError, "PARALLELRUN_PRL.*PATH.*node_modules.*npx.*Install"):
            find_prl()
        beside = self.command("node_modules/.bin/prl", "1.0.0")
        self.write("deep/down/x", "")
        os.chdir("deep/down")
        self.assertEqual(find_prl(), (str(beside),))
        on_path = self.command(f"{self.bin}/prl", "1.0.0")
        self.assertEqual(find_prl(), (str(on_path),))
        named = self.command("my prl", "1.0.0")
        with mock.patch.dict(os.environ, {"PARALLELRUN_PRL": str(named)}):
            self.assertEqual(find_prl(), (str(named),))
        with mock.patch.dict(os.environ, {"PARALLELRUN_PRL": "node '/a b/main.ts'"}):
            self.assertEqual(find_prl(), ("node", "/a b/main.ts"))

    def test_npx_is_asked_last(self) -> None:
        npx = self.command(f"{self.bin}/npx", "1.0.0")
        self.assertEqual(find_prl(), (str(npx), "--no-install", "parallelrun"))

    def test_what_is_not_this_command_is_refused_in_words(self) -> None:
        for file, answer, expected in (("other", "Perl 5", "said 'Perl 5'"), ("old", "0.0.9", "is version 0.0.9; this package needs 0.1")):
            with (
                mock.patch.dict(os.environ, {"PARALLELRUN_PRL": str(self.command(file, answer))}),
                self.assertRaisesRegex(PrlVersionError, expected),
            ):
                MLClient().jobs.list()
        with (
            mock.patch.dict(os.environ, {"PARALLELRUN_PRL": "/nowhere/prl"}),
            self.assertRaisesRegex(PrlNotFoundError, "cannot be started"),
        ):
            MLClient().jobs.list()

    def test_another_version_is_told_once_and_a_job_is_dumped_without_the_command(self) -> None:
        with (
            mock.patch.dict(os.environ, {"PARALLELRUN_PRL": str(self.command("newer", "99.0.0", 0))}),
            self.assertWarnsRegex(UserWarning, "99.0.0.*" + __version__),
        ):
            with self.assertRaises(PrlVersionError):
                MLClient().jobs.list()
        with self.assertWarnsRegex(UserWarning, "without having been judged"):
            score().dump("job.yml")
        self.assertIn("type: parallel", Path("job.yml").read_text(encoding="utf-8"))

    def test_what_the_command_says_is_the_exception(self) -> None:
        failing = self.write(
            "failing",
            f"#!{sys.executable}\nimport sys\nif '--version' in sys.argv: print({__version__!r})\nelse: sys.exit('error: the disk is full')\n",
        )
        failing.chmod(0o755)
        with mock.patch.dict(os.environ, {"PARALLELRUN_PRL": str(failing)}), warnings.catch_warnings():
            warnings.simplefilter("error")
            with self.assertRaisesRegex(PrlError, "^the disk is full$"):
                MLClient().jobs.list()
