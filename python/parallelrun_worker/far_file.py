from __future__ import annotations


class FarFile(str):
    """The path of a file that is not on this machine, as messages name it; its bytes come by way of the node."""

    def __new__(cls, path: str, fetching, reader: int):
        self = super().__new__(cls, path)
        self.fetching = fetching
        self.reader = reader
        return self

    def bytes(self, start: int, end: int, version: str | None = None) -> bytes:
        return self.fetching.bytes(self.reader, str(self), start, end, version)

    def part(self, part: dict, version: str | None = None) -> "HeldFiles":
        return self.fetching.part(self.reader, str(self), part, version)
