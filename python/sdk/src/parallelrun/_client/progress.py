"""The present state of a job, folded from its events, and drawn as HTML. Pure."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional


@dataclass
class StepProgress:
    """What is known of a step."""

    status: str = "NotStarted"
    error: Optional[str] = None
    reused_from: Optional[str] = None
    done: int = 0
    failed: int = 0
    total: int = 0
    planned: bool = False
    items: int = 0
    failed_items: int = 0
    unit: str = "item"
    workers: int = 0
    first_failure: Optional[str] = None


@dataclass
class Progress:
    """What is known of a job."""

    name: str
    status: str = "NotStarted"
    error: Optional[str] = None
    steps: Dict[str, StepProgress] = field(default_factory=dict)
    warnings: List[str] = field(default_factory=list)

    def take(self, event: Mapping[str, Any]) -> None:
        """One more event. Kinds that are not known are passed over."""
        kind = event["type"]
        if kind == "job_status":
            self.status, self.error = event["status"], event.get("error")
        elif kind == "notice" and event["level"] == "warning":
            self.warnings.append(event["message"])
        elif "step" in event and kind != "notice":
            self._take_of_step(self.steps.setdefault(event["step"], StepProgress()), event)

    def _take_of_step(self, step: StepProgress, event: Mapping[str, Any]) -> None:
        kind = event["type"]
        if kind == "step_status":
            step.status, step.error, step.reused_from = event["status"], event.get("error"), event.get("reusedFrom")
            step.workers = 0
        elif kind == "progress":
            batches, items = event["miniBatches"], event["items"]
            step.done, step.failed, step.total, step.planned = batches["done"], batches["failed"], batches["total"], batches["planned"]
            step.items, step.failed_items, step.workers = items["done"], items["failed"], event["workers"]
            step.unit = event.get("unit", step.unit)
        elif kind == "attempt_failed" and step.first_failure is None:
            error = event["error"]
            step.first_failure = f"{event['what']}: {error['type']}: {error['message']}"


def to_html(progress: Progress) -> str:
    """A table of the steps with a bar for each that has mini-batches. State is told by words, never by colour alone."""
    rows = "".join(_row(name, step) for name, step in progress.steps.items())
    told = [progress.error or "", *progress.warnings[:3]]
    lines = "".join(f"<div>{html.escape(line)}</div>" for line in told if line)
    return f"<div><b>Job {html.escape(progress.name)}</b>: {html.escape(progress.status)}</div><table>{rows}</table>{lines}"


def _row(name: str, step: StepProgress) -> str:
    bar = f"<progress value='{step.done + step.failed}' max='{max(step.total, 1)}'></progress>" if step.total > 0 else ""
    error = step.error or step.first_failure
    below = f"<tr><td></td><td colspan='3' style='text-align:left'><pre>{html.escape(error)}</pre></td></tr>" if error else ""
    cells = (html.escape(name), html.escape(_status(step)), bar, html.escape(_counts(step)))
    return "<tr>" + "".join(f"<td style='text-align:left'>{cell}</td>" for cell in cells) + "</tr>" + below


def _status(step: StepProgress) -> str:
    return f"{step.status}, reused from {step.reused_from}" if step.reused_from else step.status


def _counts(step: StepProgress) -> str:
    if step.total == 0:
        return ""
    total = str(step.total) if step.planned else f"{step.total}+"
    parts = [f"{step.done}/{total} mini-batch{'' if step.total == 1 else 'es'}", _number(step.items, step.unit)]
    if step.failed > 0:
        parts.append(f"{step.failed} failed")
    if step.failed_items > 0:
        parts.append(f"{_number(step.failed_items, step.unit)} failed")
    if step.workers > 0:
        parts.append(_number(step.workers, "worker"))
    return ", ".join(parts)


def _number(n: int, one: str) -> str:
    return f"{n} {one}{'' if n == 1 else 's'}"
