"""Texts that stand for what pandas cannot be given: put into a slice before pandas reads it, and taken out of its cells."""

from __future__ import annotations

from typing import NamedTuple, Optional

import pandas


class Marks(NamedTuple):
    """Each is absent where nothing had to be marked."""

    # A cell that is empty and not null.
    empty: Optional[str] = None
    # A zero byte, at which pandas would end the cell.
    zero: Optional[str] = None
    # A cell that its row does not have, where empty ones are texts.
    missing: Optional[str] = None

    def nulls(self, given: list) -> list:
        return given if self.missing is None else [*given, self.missing]

    def restored(self, values: pandas.Series) -> pandas.Series:
        """The cells of a column of texts."""
        if self.empty is not None:
            values = values.replace(self.empty, "")
        if self.zero is not None:
            values = values.str.replace(self.zero, "\0", regex=False)
        return values


def mark(data: bytes, word: str) -> bytes:
    """A text that is nowhere in the data."""
    text = b"\xee\x80\x80" + word.encode()
    while text in data:
        text += b"\xee\x80\x80"
    return text
