"""`prl job debug`: the first `run` stops under pdb, in the terminal that the worker was started from."""

from __future__ import annotations

import pdb

from .errors import AttemptError


class _Debugger(pdb.Pdb):
    was_left = False

    def set_quit(self):
        self.was_left = True
        super().set_quit()


def debugged(run):
    first = True

    def stop_then_run(*arguments):
        nonlocal first
        if not first:
            return run(*arguments)
        first = False
        debugger = _Debugger()
        try:
            result = debugger.runcall(run, *arguments)
        except pdb.bdb.BdbQuit:
            result = None
        except Exception as error:
            print(f"run() raised {type(error).__name__}: {error}\nPost-mortem: you are where it was raised; q leaves.")
            pdb.post_mortem(error.__traceback__)
            raise
        if debugger.was_left:
            raise AttemptError("DebuggerLeft", "the debugger was left before run() had returned")
        return result

    return stop_then_run
