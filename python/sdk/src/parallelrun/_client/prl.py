"""The command `prl`: where it is, and how it is asked."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import warnings
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple

from .. import __version__
from .._language.document import Document
from .._language.yaml_text import to_yaml
from ..exceptions import (
    MlException,
    PrlError,
    PrlNotFoundError,
    PrlVersionError,
    ResourceNotFoundError,
    ValidationException,
)

#: The oldest version of `prl` that has everything that this package asks of it.
OLDEST = (0, 1)

INSTALL = (
    "Install parallelrun (Node 22.18 or newer: npm install parallelrun-VERSION.tgz), or name the command: PARALLELRUN_PRL=/path/to/prl."
)


class Prl:
    """`prl` as a child process. `home`: where jobs and assets are kept; default: as the command finds it."""

    def __init__(self, home: Optional[str] = None) -> None:
        self._home = home

    def start(self, *arguments: str, **options: Any) -> "subprocess.Popen[str]":
        """A process that the caller reads. Raises PrlNotFoundError or PrlVersionError."""
        command = find_prl()
        check_version(command)
        # Scripts run with the Python that the program runs with, and have its packages.
        environment = {**({"PARALLELRUN_PYTHON": sys.executable} if sys.executable else {}), **os.environ}
        if self._home is not None:
            environment["PARALLELRUN_HOME"] = self._home
        return subprocess.Popen(
            [*command, *arguments], env=environment, stdin=subprocess.DEVNULL, encoding="utf-8", errors="replace", **options
        )

    def run(self, *arguments: str, quiet: bool = False) -> str:
        """What the command writes to stdout; what it says to people goes to stderr here too, unless `quiet`. Raises PrlError when it fails."""
        code, out, err = self.ask(*arguments)
        if code != 0:
            raise refusal(err)
        if not quiet:
            tell(err)
        return out

    def ask(self, *arguments: str) -> Tuple[int, str, str]:
        """Exit code, stdout and stderr."""
        with self.start(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            try:
                out, err = process.communicate()
            except KeyboardInterrupt:
                process.terminate()
                raise
        return process.returncode, out, err

    def json(self, *arguments: str) -> Any:
        """The command's result. Raises PrlError when it fails."""
        text = self.run(*arguments, "--output", "json")
        try:
            return json.loads(text)
        except ValueError:
            raise PrlVersionError(f"`prl {' '.join(arguments)}` did not answer with JSON: {text[:200]!r}") from None

    def with_file(self, document: Document, *arguments: str) -> Any:
        """The result of a command that reads the document as a file. Raises ValidationException with every mistake in it."""
        with document_file(document) as file:
            code, out, err = self.ask(*arguments, "--file", file, "--output", "json")
        said = [without_file(line, file) for line in err.splitlines()]
        mistakes = [new for new, old in zip(said, err.splitlines()) if new != old]
        if code != 0 and mistakes:
            raise ValidationException("\n".join(mistakes), [{"path": line.split(": ")[0], "message": line} for line in mistakes])
        if code != 0:
            raise refusal(err)
        tell("\n".join(said))
        return json.loads(out)

    def judge(self, document: Document) -> List[Dict[str, Any]]:
        """The warnings about a job. Raises ValidationException with every mistake in it."""
        with document_file(document) as file:
            errors, found = self._validate(file)
        if errors:
            raise ValidationException("\n".join(f"{place(each['path'])}{each['message']}" for each in errors), errors)
        return found

    def judge_file(self, file: str) -> List[Dict[str, Any]]:
        """The warnings about a job file. Raises ValidationException with every mistake at its line."""
        errors, found = self._validate(file)
        if errors:
            lines = [f"{each['file']}:{each['line']}:{each['column']}: {place(each['path'])}{each['message']}" for each in errors]
            raise ValidationException("\n".join(lines), errors)
        return found

    def _validate(self, file: str) -> Tuple[List[Dict[str, Any]], List[Dict[str, Any]]]:
        _, out, err = self.ask("job", "validate", "--file", file, "--output", "json")
        if out == "":
            raise refusal(err)
        result = json.loads(out)
        return result["errors"], result["warnings"]


def default_prl() -> Prl:
    """The command with the home that it finds itself."""
    return Prl()


@contextmanager
def document_file(document: Document) -> Iterator[str]:
    """The document as a file, for as long as somebody reads it."""
    with tempfile.TemporaryDirectory(prefix="parallelrun-") as folder:
        file = os.path.join(folder, "document.yml")
        with open(file, "w", encoding="utf-8") as stream:
            stream.write(to_yaml(document))
        yield file


def place(path: str) -> str:
    """The key of a mistake, as the program has it: a component that is written in place is no level of its own there."""
    path = re.sub(r"(^|\.)component\.", r"\1", path)
    return f"{path}: " if path else ""


def without_file(line: str, file: str) -> str:
    """What is said of a line of the file, said of its key: the program's author has not seen the file."""
    return re.sub(rf"{re.escape(file)}:\d+:\d+: (?:([\w.\[\]]+): )?", lambda match: place(match[1] or ""), line)


def refusal(err: str) -> MlException:
    """What a command said when it refused, as an exception."""
    text = "\n".join(line for line in err.splitlines() if not is_chatter(line)).replace("error: ", "", 1).strip()
    if "unknown command" in text or "unknown option" in text:
        return PrlVersionError(f"This version of prl cannot do that ({text}). {INSTALL}")
    if re.match(r"No \w+ is called|.* is not registered", text):
        return ResourceNotFoundError(text)
    return PrlError(text or "prl failed and said nothing.")


def is_chatter(line: str) -> bool:
    """What is said to somebody who types commands, and not to a program."""
    return "runs in the background. Follow it with" in line


def tell(err: str) -> None:
    """Warnings and notices of a command that did what it was asked."""
    for line in err.splitlines():
        if line.strip() and not is_chatter(line):
            print(line, file=sys.stderr)


def find_prl() -> Tuple[str, ...]:
    """The command: `PARALLELRUN_PRL`, `prl` on the PATH, `node_modules/.bin/prl` here or above, or `npx`. Raises PrlNotFoundError."""
    named = os.environ.get("PARALLELRUN_PRL")
    if named:
        return (named,) if os.path.isfile(named) else tuple(shlex.split(named))
    on_path = shutil.which("prl")
    if on_path is not None:
        return (on_path,)
    here = Path.cwd()
    for folder in (here, *here.parents):
        local = folder / "node_modules" / ".bin" / "prl"
        if local.is_file():
            return (str(local),)
    npx = shutil.which("npx")
    if npx is not None and _answers((npx, "--no-install", "parallelrun")):
        return (npx, "--no-install", "parallelrun")
    raise PrlNotFoundError(
        "The command `prl` is not there, which runs the jobs. Looked for: PARALLELRUN_PRL (not set), prl on the PATH, "
        f"node_modules/.bin/prl in {here} and above, and npx parallelrun. {INSTALL}"
    )


@lru_cache(maxsize=None)
def _answers(command: Tuple[str, ...]) -> bool:
    return subprocess.run([*command, "--version"], stdin=subprocess.DEVNULL, capture_output=True).returncode == 0


@lru_cache(maxsize=None)
def check_version(command: Tuple[str, ...]) -> None:
    """Once for each command. Raises PrlNotFoundError or PrlVersionError; warns of a version that is not this package's."""
    words = " ".join(command)
    try:
        answer = subprocess.run([*command, "--version"], stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace")
    except OSError as error:
        raise PrlNotFoundError(f"`{words}` cannot be started: {error.strerror}. {INSTALL}") from None
    version = re.fullmatch(r"(\d+)\.(\d+)\.\d+\S*", answer.stdout.strip())
    if version is None:
        said = (answer.stdout + answer.stderr).strip()[:300]
        raise PrlVersionError(f"`{words} --version` did not answer with a version: it said {said!r}. {INSTALL}")
    if (int(version[1]), int(version[2])) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise PrlVersionError(f"`{words}` is version {version[0]}; this package needs {oldest} or newer. {INSTALL}")
    if version[0].split(".")[:2] != __version__.split(".")[:2]:
        warnings.warn(f"`{words}` is version {version[0]} and this package is {__version__}: install both from one version.", stacklevel=2)
