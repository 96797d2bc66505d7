"""The machine's monotonic clock, which all its processes share; the coordinator's is `src/os/clock.ts`."""

from __future__ import annotations

import sys
import time

if sys.platform == "darwin":
    # Node counts the time of sleep there; Python's `monotonic` does not.
    def monotonic() -> float:
        return time.clock_gettime(time.CLOCK_MONOTONIC_RAW)

else:
    from time import monotonic  # noqa: F401
