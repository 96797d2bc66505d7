"""The columns of an output, which the first rows of the step decide."""

from __future__ import annotations

import json

from .agreement import settle
from .errors import AttemptError


class Columns:
    def __init__(self, agreements: str) -> None:
        """`agreements`: the folder in which workers agree."""
        self._agreements = agreements
        self._names = None
        self._known = frozenset()

    def names(self, own) -> list:
        """Names in the order of the output; `own` where nobody's rows came before these."""
        if self._names is None:
            self._names = json.loads(settle(self._agreements, "columns", json.dumps([str(name) for name in own])))
            self._known = frozenset(self._names)
        return self._names

    def settle(self, question: str, answer: str) -> str:
        return settle(self._agreements, question, answer)

    def refuse_other_keys(self, row: dict, position: int) -> None:
        """A key that a row leaves out is null there; one that is no column has no place. Raises AttemptError."""
        strange = next((key for key in row if str(key) not in self._known), None)
        if strange is not None:
            raise AttemptError(
                "BadReturn",
                f"element {position} of what run() returned has the key {strange}, but the output's columns are "
                f"{', '.join(self._names)}. Give every dict the same keys.",
            )

    def in_order(self, frame):
        """The frame with the output's columns in their order; None for one that is empty. Raises AttemptError for other columns."""
        own = [str(name) for name in frame.columns]
        if not len(frame):
            if own:
                self.names(own)
            return None
        names = self.names(own)
        if own == names:
            return frame
        lacking = [name for name in names if name not in own]
        other = [name for name in own if name not in self._known]
        if not lacking and not other and len(own) == len(names) == len(self._known):
            return frame.iloc[:, [own.index(name) for name in names]]
        how = [f"it lacks {', '.join(lacking)}"] if lacking else []
        how += [f"{', '.join(other)} would have no place"] if other else []
        raise AttemptError(
            "BadReturn",
            f"run() returned a data frame with the columns {', '.join(own)}, but the output's are {', '.join(names)}"
            f"{': ' if how else ''}{'; '.join(how)}. Return the same columns from every run().",
        )
