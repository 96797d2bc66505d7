"""A job's progress in a notebook: one piece of HTML that is drawn again, without widgets."""

from __future__ import annotations

import sys
import time
from typing import Any, Iterable, Mapping, Optional

from .progress import Progress, to_html


class NotebookDisplay:
    """Draws below the cell. `display` and `html` are IPython's."""

    def __init__(self, display: Any, html: Any) -> None:
        self._display = display
        self._html = html

    def follow(self, name: str, events: Iterable[Mapping[str, Any]]) -> None:
        """Draws until the events end: at most five times a second, and the last state always."""
        progress = Progress(name)
        handle = self._display(self._html(to_html(progress)), display_id=True)
        drawn = time.monotonic()
        try:
            for event in events:
                progress.take(event)
                if time.monotonic() - drawn >= 0.2:
                    handle.update(self._html(to_html(progress)))
                    drawn = time.monotonic()
        finally:
            handle.update(self._html(to_html(progress)))


def notebook_display() -> Optional[NotebookDisplay]:
    """None outside of notebooks. Nothing is imported that is not there already."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is None or getattr(shell, "kernel", None) is None:
        return None
    from IPython.display import HTML, display

    return NotebookDisplay(display, HTML)
