from __future__ import annotations


class FarFile(str):
    """The path of a file that is not on this machine, as messages name it; its bytes come by way of the node."""

    def __new__(cls, path: str, fetching, number: int, store: dict):
        """`number` is that of the reader whose `store` it is in."""
        self = super().__new__(cls, path)
        self.fetching = fetching
        self.reader = number
        self.store = store
        return self

    @property
    def address(self) -> str:
        """As `src/data/stores/address.ts` writes it."""
        store = self.store
        if store["kind"] == "s3":
            return f"s3://{store['bucket']}/{self}"
        if store["kind"] == "gcs":
            return f"gs://{store['bucket']}/{self}"
        if store["kind"] == "azure_blob":
            return f"{store.get('endpoint') or 'https://' + store['account'] + '.blob.core.windows.net'}/{store['container']}/{self}"
        return store["url"] + self

    def bytes(self, start: int, end: int, version: str | None = None) -> bytes:
        return self.fetching.bytes(self.reader, str(self), start, end, version)

    def part(self, part: dict, version: str | None = None):
        """HeldFiles of one path: that part of it, with the rest as holes."""
        return self.fetching.part(self.reader, str(self), part, version)
