from __future__ import annotations

import os
import shutil

from ._cloud import CloudOnly, needs_cloud

_INSTEAD = "Give the data to the script as an input of the job, whose path it finds among its arguments or in Run.get_context().input_datasets."


class Dataset(metaclass=CloudOnly):
    """Only what is at hand: an input of the step by what the script was given in its place, its path."""

    _instead = _INSTEAD

    @staticmethod
    def get_by_id(workspace, id: str, **kwargs) -> InputDataset:
        if not os.path.exists(id):
            raise needs_cloud(f"Dataset.get_by_id(…, {id!r})", _INSTEAD)
        return InputDataset(id)


class InputDataset(str):
    """An input of the step: its path, which can also be asked as Azure's datasets can."""

    def to_path(self) -> list:
        """The files, relative to the input and with a leading slash, in order."""
        return ["/" + os.path.relpath(path, self._root()) for path in self._files()]

    def download(self, target_path: str | None = None, overwrite: bool = False, **kwargs) -> list:
        """The files' paths: where they are, or of copies below `target_path`."""
        if target_path is None:
            return self._files()
        copies = []
        for path in self._files():
            copy = os.path.join(os.path.abspath(target_path), os.path.relpath(path, self._root()))
            if os.path.exists(copy) and not overwrite:
                raise FileExistsError(f"{copy} is there already; overwrite=True replaces it")
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            copies.append(shutil.copyfile(path, copy))
        return copies

    def mount(self, mount_point: str | None = None, **kwargs) -> _Mounted:
        """It is at its path already."""
        return _Mounted(str(self))

    def to_pandas_dataframe(self, **kwargs):
        """Of one .csv, .tsv, .jsonl or .parquet file, or of a folder of them in name order."""
        import pandas

        return pandas.concat([_frame(path) for path in self._files()], ignore_index=True)

    def _root(self) -> str:
        return os.path.dirname(self) if os.path.isfile(self) else str(self)

    def _files(self) -> list:
        if os.path.isfile(self):
            return [str(self)]
        return sorted(os.path.join(folder, name) for folder, _, names in os.walk(self) for name in names)


class _Mounted:
    """What `mount()` returns: nothing is to be started or stopped."""

    def __init__(self, path: str) -> None:
        self.mount_point = path

    def __enter__(self) -> _Mounted:
        return self

    def __exit__(self, *_) -> None:
        pass

    def start(self) -> None:
        pass

    def stop(self) -> None:
        pass


def _frame(path: str):
    import pandas

    ending = os.path.splitext(path)[1].lower()
    if ending == ".parquet":
        return pandas.read_parquet(path)
    if ending in (".jsonl", ".ndjson"):
        return pandas.read_json(path, lines=True)
    if ending in (".csv", ".tsv"):
        return pandas.read_csv(path, sep="\t" if ending == ".tsv" else ",")
    raise ValueError(f"{path} is no table that to_pandas_dataframe() knows: .csv, .tsv, .jsonl or .parquet")
