"""What operations return that a cloud would still be busy with."""

from __future__ import annotations

from typing import Generic, Optional, TypeVar

T = TypeVar("T")


class Done(Generic[T]):
    """An operation that has already ended, where azure-ai-ml returns a poller."""

    def __init__(self, value: T) -> None:
        self._value = value

    def result(self, timeout: Optional[float] = None) -> T:
        """What the operation returned."""
        return self._value

    def wait(self, timeout: Optional[float] = None) -> None:
        """Returns at once."""

    def done(self) -> bool:
        """Always true."""
        return True

    def status(self) -> str:
        """Always `Succeeded`."""
        return "Succeeded"
