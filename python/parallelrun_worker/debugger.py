"""`prl job debug`: the first `run` stops under pdb, in the terminal that the worker was started from."""

from __future__ import annotations

import pdb


def debugged(run):
    first = True

    def stop_then_run(*arguments):
        nonlocal first
        if not first:
            return run(*arguments)
        first = False
        debugger = pdb.Pdb()
        try:
            return debugger.runcall(run, *arguments)
        except pdb.bdb.BdbQuit:
            raise
        except Exception as error:
            print(f"run() raised {type(error).__name__}: {error}\nPost-mortem: you are where it was raised; q leaves.")
            pdb.post_mortem(error.__traceback__)
            raise

    return stop_then_run
