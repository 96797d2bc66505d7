"""Compares the quick way of writing data frames with pandas' own, over random frames; prints how many were written quickly."""

import random
import struct
import sys

import numpy
import pandas

sys.path.insert(0, sys.argv[1])
from parallelrun_worker import frame_csv  # noqa: E402

random.seed(int(sys.argv[2]))
TEXTS = ["", "a", "two words", 'a "quote"', "x,y", "line\nbreak", "cr\r", "größe", "計算", "-1", "nan", "'", " ", "\t", "\\", "\ud800"]


def number():
    kind = random.randrange(4)
    if kind == 0:
        return struct.unpack("d", random.randbytes(8))[0]
    if kind == 1:
        return random.choice([0.0, -0.0, 1e16, 1e15, 9999999999999998.0, 1e-4, 9.999e-5, 5e-324, 1.7976931348623157e308, float("inf"), float("-inf")])
    return round(random.uniform(-1e6, 1e6), random.randrange(6)) if kind == 2 else random.random() * 10 ** random.randrange(-20, 20)


def column(length):
    kind = random.randrange(9)
    if kind == 0:
        return pandas.Series([random.randrange(-(2**63), 2**63) for _ in range(length)], dtype="int64")
    if kind == 1:
        return pandas.Series([random.randrange(256) for _ in range(length)], dtype="uint8")
    if kind == 2:
        return pandas.Series([number() for _ in range(length)], dtype="float64")
    if kind == 3:
        return pandas.Series([random.choice([number(), float("nan")]) for _ in range(length)], dtype="float64")
    if kind == 4:
        return pandas.Series([random.random() < 0.5 for _ in range(length)], dtype=bool)
    if kind == 5:
        return pandas.Series([random.choice([*TEXTS[:-1], None]) for _ in range(length)], dtype=random.choice([str, "string"]))
    if kind == 6:
        return pandas.Series([random.choice([*TEXTS, None, float("nan")]) for _ in range(length)], dtype=object)
    if kind == 7:
        return pandas.Series([random.choice([1, 2.5, True, "a b", None]) for _ in range(length)], dtype=object)
    return random.choice(
        [
            pandas.Series(pandas.date_range("2020-01-01", periods=length)),
            pandas.Series([random.random() for _ in range(length)], dtype="float32"),
            pandas.Series(pandas.array([random.choice([1, None]) for _ in range(length)], dtype="Int64")),
            pandas.Series(pandas.Categorical([random.choice("ab") for _ in range(length)])),
        ]
    )


quick = 0
for _ in range(1500):
    length = random.choice([0, 1, 2, 7, 40])
    names = [random.choice(["a", "b", "c"]) for _ in range(random.randrange(0, 5))]
    frame = pandas.concat([column(length) for _ in names], axis=1) if names else pandas.DataFrame(index=range(length))
    frame.columns = names
    settings = {"sep": random.choice([" ", ",", ";", "\t", "-", "1", "."]), "header": False, "index": random.random() < 0.05}
    if random.random() < 0.3:
        settings["na_rep"] = random.choice(["NULL", "", "n a"])
    if random.random() < 0.1:
        settings["quoting"] = 1
    found = frame_csv.rows(frame, settings)
    if found is not None:
        quick += 1
        wanted = frame.to_csv(None, **settings)
        assert found == wanted, (settings, frame.dtypes.tolist(), frame.to_dict("list"), found, wanted)
print(quick)
