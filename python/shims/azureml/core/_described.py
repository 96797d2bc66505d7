"""What the step's processes are told of the run that they are in; written by `src/pipeline/tracking/tracking.ts`."""

from __future__ import annotations

import functools
import json
import os


@functools.lru_cache(maxsize=1)
def described() -> dict:
    """Empty outside of a step."""
    path = os.environ.get("PARALLELRUN_RUN")
    if not path:
        return {}
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}
