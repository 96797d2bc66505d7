"""What a component takes, writes and is called."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Optional

from .document import Document
from .ports import Input, Output


@dataclass(frozen=True)
class Definition:
    """The part of a component that a call of it does not change."""

    name: Optional[str] = None
    version: Optional[str] = None
    inputs: Dict[str, Input] = field(default_factory=dict)
    outputs: Dict[str, Output] = field(default_factory=dict)
    is_deterministic: bool = True
    #: Its `display_name`, `description` and `tags`.
    described: Dict[str, Any] = field(default_factory=dict)
    #: Where it is written out: a file, or the name that it is registered under. None: here.
    reference: Optional[str] = None

    @property
    def is_plain(self) -> bool:
        """Whether a job that stands alone can say all of it."""
        return self.is_deterministic and not any(
            value is not None and value is not False
            for port in self.inputs.values()
            for value in (port.optional, port.min, port.max, port.enum)
        )

    def document(self) -> Document:
        """The keys of a component's file, without its work."""
        keys: Dict[str, Any] = {
            "name": self.name,
            "version": self.version,
            **self.described,
            "is_deterministic": None if self.is_deterministic else False,
            "inputs": {name: port._declared() for name, port in self.inputs.items()} or None,
            "outputs": {name: port._declared() for name, port in self.outputs.items()} or None,
        }
        return {key: value for key, value in keys.items() if value is not None}
