"""Exceptions as the coordinator wants them: kind, message, and a traceback."""

from __future__ import annotations

from .tracebacks import as_edited, traceback_of

_MESSAGE_LIMIT = 4_000
_STACK_LIMIT = 16_000
_MEMBERS_TOLD = 5


class AttemptError(Exception):
    """An attempt that failed by the engine's judgement rather than by an exception of the script."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def script_error(error: BaseException, during: str = "run()") -> dict:
    """`during` names what the script was doing, for `sys.exit`."""
    if isinstance(error, AttemptError):
        return {"type": error.kind, "message": str(error)}
    refusal = _refused_arguments(error)
    if refusal is None:
        kind, message, stack = type(error).__name__, _message(error, during), traceback_of(error)
    else:
        kind, message = "ArgumentError", refusal
        stack = traceback_of(error, f"{kind}: {message}")
    described = {"type": kind, "message": _shorten(message, _MESSAGE_LIMIT)}
    if stack:
        described["stack"] = _shorten(stack, _STACK_LIMIT)
    return described


def _message(error: BaseException, during: str) -> str:
    if isinstance(error, SystemExit):
        if isinstance(error.code, str):
            return f"{error.code} (the script called sys.exit in {during})"
        code = "" if error.code is None else repr(error.code)
        return f"the script called sys.exit({code}) in {during}; what it printed before is in its log files"
    try:
        message = _with_members(error)
        return as_edited(message) if isinstance(error, ImportError) else message
    except BaseException as unprintable:
        return f"(its message cannot be shown: __str__ raised {type(unprintable).__name__})"


def _with_members(error: BaseException) -> str:
    """What an exception group says itself is only how many it has."""
    members = getattr(error, "exceptions", None)
    if not isinstance(members, tuple) or not all(isinstance(one, BaseException) for one in members):
        return str(error)
    told = [f"{type(one).__name__}: {_with_members(one)}" for one in members[:_MEMBERS_TOLD]]
    more = "" if len(members) == len(told) else f"; … {len(told)} of {len(members)}"
    return f"{error}: {'; '.join(told)}{more}"


def _refused_arguments(error: BaseException):
    """What argparse found wrong with the arguments. It prints that and leaves by `SystemExit: 2`, which says nothing."""
    if not isinstance(error, SystemExit):
        return None
    frames = error.__traceback__
    while frames is not None:
        frame = frames.tb_frame
        if frame.f_code.co_name == "error" and frame.f_globals.get("__name__") == "argparse":
            message = frame.f_locals.get("message")
            return message if isinstance(message, str) else None
        frames = frames.tb_next
    return None


def _shorten(text: str, limit: int) -> str:
    """Both ends of a long text: a traceback begins with the call and ends with the reason."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"
