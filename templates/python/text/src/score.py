import re
from pathlib import Path


def init():
    """Called once in each worker process: load here what is expensive to load, such as a model."""
    global weights
    weights = {"love": 2, "great": 2, "good": 1, "easy": 1, "slow": -1, "bad": -1, "broke": -2, "awful": -2}


def run(mini_batch):
    """Called for each mini-batch, with the paths of its files. Returns one element for each file that was done."""
    return [score(Path(file)) for file in mini_batch]


def score(file):
    words = re.findall("[a-z]+", file.read_text(encoding="utf-8").lower())
    total = sum(weights.get(word, 0) for word in words)
    feeling = "positive" if total > 0 else "negative" if total < 0 else "neutral"
    return f"{file.name} {feeling} {total}"
