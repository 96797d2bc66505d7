"""The second argument of `run`."""

from __future__ import annotations


class MiniBatchContext:
    """What a mini-batch is.

    minibatch_index: 0-based position in the input's order.
    partition_key_value: with `partition_keys`, the values that this mini-batch was grouped by; else empty.
    dataset_name: name of the input that the mini-batch is a part of.
    dataset: that part; printable.
    """

    __slots__ = ("minibatch_index", "partition_key_value", "dataset_name", "dataset")

    def __init__(self, minibatch_index: int, partition_key_value: dict, dataset: "Dataset") -> None:
        self.minibatch_index = minibatch_index
        self.partition_key_value = partition_key_value
        self.dataset_name = dataset.name
        self.dataset = dataset

    def __repr__(self) -> str:
        return (
            f"MiniBatchContext(minibatch_index={self.minibatch_index}, partition_key_value={self.partition_key_value}, "
            f"dataset={self.dataset})"
        )


class Dataset:
    """The part of an input that a mini-batch is: `name`, `paths`, and for a slice of one file the `range` in words."""

    __slots__ = ("name", "paths", "range")

    def __init__(self, name: str, paths: list, range: str | None = None) -> None:
        self.name = name
        self.paths = paths
        self.range = range

    def __repr__(self) -> str:
        part = "" if self.range is None else f", range={self.range!r}"
        return f"Dataset(name={self.name!r}, paths={self.paths}{part})"
