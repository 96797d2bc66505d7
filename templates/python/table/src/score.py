import json
from pathlib import Path

import numpy


def init():
    """Called once in each worker process: load here what is expensive to load, such as a model."""
    global model
    model = json.loads(Path(__file__).with_name("model.json").read_text(encoding="utf-8"))


def run(mini_batch):
    """Called for each mini-batch, with its rows as a pandas.DataFrame. Returns a row for each row."""
    rows = mini_batch.dropna(subset=list(model["weights"]))  # Those that are left out count towards error_threshold.
    total = model["bias"] + sum(weight * rows[column] for column, weight in model["weights"].items())
    return rows[["customer"]].assign(leaves=(1 / (1 + numpy.exp(-total))).round(3))
