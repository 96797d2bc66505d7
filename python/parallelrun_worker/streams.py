"""The streams by which a script prints."""

import os
import sys


def reopen_closed() -> None:
    """A script that closed its stdout or stderr fails in that mini-batch, and not in all that follow it in this process."""
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        stream = getattr(sys, name)
        if stream is None or not getattr(stream, "closed", False):
            continue
        try:
            os.fstat(descriptor)
        except OSError:
            # Closed down to the descriptor: what follows goes nowhere, rather than into the next file that is opened.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            if nowhere != descriptor:
                os.dup2(nowhere, descriptor)
                os.close(nowhere)
        setattr(sys, name, open(descriptor, "w", buffering=1, errors="surrogateescape", closefd=False))
