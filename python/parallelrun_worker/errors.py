"""Exceptions as the coordinator wants them: kind, message, and a traceback that holds the script's own frames only."""

from __future__ import annotations

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_MESSAGE_LIMIT = 4_000
_STACK_LIMIT = 16_000


class AttemptError(Exception):
    """An attempt that failed by the engine's judgement rather than by an exception of the script."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def script_error(error: BaseException, during: str = "run()") -> dict:
    """`during` names what the script was doing, for `sys.exit`."""
    if isinstance(error, AttemptError):
        return {"type": error.kind, "message": str(error)}
    described = {"type": type(error).__name__, "message": _shorten(_message(error, during), _MESSAGE_LIMIT)}
    stack = _stack(error)
    if stack:
        described["stack"] = _shorten(stack, _STACK_LIMIT)
    return described


def _message(error: BaseException, during: str) -> str:
    if isinstance(error, SystemExit):
        code = "" if error.code is None else repr(error.code)
        return f"the script called sys.exit({code}) in {during}; what it printed before is in its log files"
    try:
        return str(error)
    except BaseException as unprintable:
        return f"(its message cannot be shown: __str__ raised {type(unprintable).__name__})"


def _stack(error: BaseException) -> str:
    try:
        import traceback

        return "".join(traceback.format_exception(type(error), error, _own_frames(error.__traceback__))).rstrip("\n")
    except BaseException:
        # The script may have broken the modules that print tracebacks; the kind and message are still told.
        return ""


def _own_frames(frames):
    """The traceback from the script's first frame on: the host, the importer and the event loop are not the user's concern."""
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


def _shorten(text: str, limit: int) -> str:
    """Both ends of a long text: a traceback begins with the call and ends with the reason."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"
