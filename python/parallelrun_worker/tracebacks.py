"""Tracebacks as the script's author knows them: its own frames, its files as they are named in the code folder, without ours."""

from __future__ import annotations

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_code_folders: tuple = ()


def name_files_in(code: str) -> None:
    """Files below the copy of the code that runs here are told relative to it: so they are called where they are edited."""
    global _code_folders
    _code_folders = tuple({os.path.join(folder, "") for folder in (code, os.path.realpath(code))})


def name_as_edited(path: str) -> str:
    for folder in _code_folders:
        if path.startswith(folder):
            return path[len(folder) :]
    return path


def traceback_of(error: BaseException, last_line=None) -> str:
    """
    With its causes, contexts and the members of groups, as Python prints them. Empty where the script has broken what prints them.
    `last_line` stands in place of the last line, and of the frames of argparse above it.
    """
    try:
        import traceback

        described = traceback.TracebackException(type(error), error, own_frames(error.__traceback__))
        if last_line is None:
            return as_edited("".join(described.format()))
        frames = [frame for frame in described.stack if os.path.basename(frame.filename) != "argparse.py"]
        listed = "".join(traceback.StackSummary.from_list(frames).format())
        return as_edited(f"Traceback (most recent call last):\n{listed}{last_line}")
    except BaseException:
        return ""


def as_edited(text: str) -> str:
    """Frames, and the files that a failed import names, called as they are where they are edited."""
    for folder in _code_folders:
        text = text.replace(f'File "{folder}', 'File "').replace(f"({folder}", "(")
    return text.rstrip("\n")


def own_frames(frames):
    """From the script's first frame on: the host, the importer and the event loop are not the user's concern."""
    while frames is not None and _is_machinery(frames.tb_frame.f_code.co_filename):
        frames = frames.tb_next
    return frames


def _is_machinery(file: str) -> bool:
    if file.startswith((_HERE, "<frozen importlib")):
        return True
    for name in ("asyncio", "bdb", "pdb"):
        module = sys.modules.get(name)
        place = getattr(module, "__file__", None)
        if place and (file == place or (name == "asyncio" and file.startswith(os.path.dirname(place) + os.sep))):
            return True
    return False
