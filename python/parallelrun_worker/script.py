"""The entry script: loading it, its three functions, and how `run` wants to be called."""

from __future__ import annotations

import os
import sys

from .errors import AttemptError
from .tracebacks import name_as_edited

_VARARGS, _GENERATOR, _COROUTINE, _ASYNC_GENERATOR = 0x04, 0x20, 0x80, 0x200


class EntryScript:
    def __init__(self, path: str) -> None:
        module = _load(path)
        self.init = getattr(module, "init", None)
        self.shutdown = getattr(module, "shutdown", None)
        self.run = getattr(module, "run", None)
        if self.run is None:
            raise AttemptError("MissingRun", f"{name_as_edited(path)} has no function run(mini_batch): the script must define one")
        for name in ("init", "run", "shutdown"):
            function = getattr(self, name)
            if function is not None and not callable(function):
                raise AttemptError("MissingRun", f"{name} in {name_as_edited(path)} must be a function, not {_a(function)}")
        self.takes_context = _takes_context(self.run)


def call(function) -> None:
    """Calls `init` or `shutdown`, which may be async."""
    if function is None:
        return
    result = function()
    if hasattr(result, "__await__"):
        from .coroutines import wait_for

        wait_for(result)


def prepare_interpreter(path: str, arguments: list, shims: str) -> None:
    """Makes the process look as if `python <path> <arguments>` had been called."""
    sys.argv = [path, *arguments]
    sys.path.insert(0, os.path.dirname(path))
    # Behind all others, so that a module of the user or of an installed package wins.
    if shims not in sys.path:
        sys.path.append(shims)


def _load(path: str):
    import importlib.util

    name = os.path.splitext(os.path.basename(path))[0]
    if name in sys.modules or "." in name:
        name = "parallelrun_entry_script"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise AttemptError("MissingScript", f"{name_as_edited(path)} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    # Before it runs, so that the script's functions can be pickled and its classes find their module.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _takes_context(run) -> bool:
    code = getattr(run, "__code__", None)
    if code is not None and not hasattr(run, "__wrapped__") and not hasattr(run, "__self__"):
        names = code.co_varnames[: code.co_argcount]
        defaults = len(run.__defaults__ or ())
        return len(names) > 1 and (len(names) - defaults > 1 or names[1].endswith("context"))
    import inspect

    try:
        parameters = list(inspect.signature(run).parameters.values())
    except (TypeError, ValueError):
        return False
    positional = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    return len(positional) > 1 and (positional[1].default is inspect.Parameter.empty or positional[1].name.endswith("context"))


def _a(value) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
