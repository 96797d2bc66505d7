"""How the steps of a pipeline are called."""

from __future__ import annotations

import itertools
import re
from typing import Any, Dict, Mapping, Sequence

from ..exceptions import ValidationException
from .step import Step


def named(steps: Sequence[Step], variables: Mapping[str, Any], pipeline: str) -> Dict[str, Step]:
    """A name for each step: its own, else that of its component or of the variable that holds it, else one of these and a number."""
    names: Dict[str, Step] = {}
    for step in steps:
        if step.name is not None:
            if step.name in names:
                raise ValidationException(f"Two steps of {pipeline}() are called {step.name!r}.")
            names[step.name] = step
    for step in steps:
        if step.name is None:
            step.name = _free_name(step, variables, names)
            names[step.name] = step
    return {str(step.name): step for step in steps}


def _free_name(step: Step, variables: Mapping[str, Any], taken: Mapping[str, Step]) -> str:
    variable = next((name for name, value in variables.items() if value is step), None)
    definition = step._definition
    # A component that is written out in the program names its steps; one from elsewhere leaves that to the variable.
    own = definition.reference is None and step.type != "pipeline"
    wanted = [definition.name, variable] if own else [variable, definition.name]
    names = [_identifier(name) for name in wanted if name] or [step.type]
    numbered = (f"{names[0]}_{number}" for number in itertools.count(1))
    return next(name for name in itertools.chain(names, numbered) if name not in taken)


def _identifier(text: str) -> str:
    word = re.sub(r"\W", "_", text.lower(), flags=re.ASCII)
    return word if re.match(r"[a-z_]", word) else f"_{word}"
