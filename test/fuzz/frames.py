"""Data frames of all types, written as the output's rows are and as `DataFrame.to_csv` writes them: the same bytes.

`frames.py SEED TABLES [without-pyarrow]` tries so many tables; one that differs is told with its own seed, which is the one of the first it tries.
"""

import csv
import datetime
import decimal
import os
import random
import struct
import sys
import warnings

import numpy
import pandas

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
from parallelrun_worker import frame_csv  # noqa: E402
from parallelrun_worker.returned import table_lines  # noqa: E402

warnings.simplefilter("ignore")
PANDAS_1 = pandas.__version__.startswith("1.")
LETTERS = ["a", "b", "é", "漢", "😀", " ", ",", ";", '"', "'", "\n", "\r", "\t", "\\", "-", ".", "0", "1", "e", "\x1e", "\x1f", "\0", "\u2028"]


def any_float(chance):
    kind = chance.randrange(9)
    if kind == 0:
        return struct.unpack("<d", chance.getrandbits(64).to_bytes(8, "little"))[0]
    if kind == 1:
        return chance.choice([0.0, -0.0, float("inf"), -float("inf"), 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e16, 1e15, 1e10, 1e-4, 9.999999999999999e-05])
    if kind == 2:
        return float(chance.randint(-(10 ** chance.randrange(1, 19)), 10 ** chance.randrange(1, 19)))
    if kind == 3:
        return chance.random() * 10 ** chance.randrange(-8, 18)
    return round(chance.uniform(-1000, 1000), chance.randrange(5))


def any_text(chance):
    return "".join(chance.choice(LETTERS) for _ in range(chance.choice([0, 1, 2, 3, 8])))


def plain_text(chance):
    return chance.choice(["alpha", "beta", "gamma delta", "", "x"])


def any_moment(chance):
    return pandas.Timestamp(chance.randrange(-(10**18), 10**18)) if chance.random() < 0.7 else pandas.Timestamp("2020-01-02")


def any_object(chance):
    return chance.choice([1, 2.5, "a b", None, True, float("nan"), b"x", (1, 2), [1, '"'], {"k": 1}, decimal.Decimal("1.50"), datetime.date(2020, 1, 2), any_moment(chance), any_text(chance), 10**30])


def with_nulls(chance, make, null):
    rate = chance.choice([0, 0, 0.1, 1])
    return lambda: null if chance.random() < rate else make(chance)


def column(chance, length):
    def many(make, null=None):
        one = with_nulls(chance, make, null)
        return [one() for _ in range(length)]

    kind = chance.randrange(24)
    if kind == 0:
        dtype = chance.choice(["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"])
        limits = numpy.iinfo(dtype)
        return pandas.Series([chance.choice([limits.min, limits.max, 0, 7, chance.randint(int(limits.min), int(limits.max))]) for _ in range(length)], dtype=dtype)
    if kind in (1, 2):
        return pandas.Series(many(any_float, float("nan")), dtype="float64")
    if kind == 3:
        return pandas.Series(many(lambda c: float(c.randrange(100)), float("nan")), dtype="float64")
    if kind == 4:
        return pandas.Series(many(any_float, float("nan")), dtype=chance.choice(["float32", "float16"]))
    if kind == 5:
        return pandas.Series(many(lambda c: c.random() < 0.5), dtype="bool" if length else bool).fillna(False).astype(bool)
    if kind == 6:
        return pandas.Series(many(any_text), dtype=str if chance.random() < 0.5 else object)
    if kind == 7:
        return pandas.Series(many(plain_text, chance.choice([None, float("nan")])), dtype=chance.choice([object, str, "string"]))
    if kind == 8:
        return pandas.Series(many(any_text, pandas.NA), dtype="string")
    if kind == 9:
        return pandas.Series(many(lambda c: c.choice(["\ud800", "a\udcff", "b"]), None), dtype=object)
    if kind == 10:
        return pandas.Series(many(lambda c: c.randrange(-100, 100), pandas.NA), dtype=chance.choice(["Int64", "Int8", "Float64"]))
    if kind == 11:
        return pandas.Series(many(lambda c: c.random() < 0.5, pandas.NA), dtype="boolean")
    if kind == 12:
        return pandas.Series(many(chance.choice([any_text, plain_text, any_float, any_moment]))).astype("category")
    if kind in (13, 14):
        return pandas.Series(many(any_moment, pandas.NaT), dtype="datetime64[ns]")
    if kind in (15, 16):
        # Those of the second half may be finer.
        grains = [chance.choice([86400 * 10**9, 86400 * 10**9, 10**9, 10**6, 1000, 1]) for _ in range(chance.choice([1, 1, 2]))]
        numbers = [chance.randrange(-(10**18), 10**18) for _ in range(length)]
        numbers = [number // grain * grain for number, grain in ((number, grains[i * len(grains) // length]) for i, number in enumerate(numbers))]
        values = pandas.Series(many(lambda c: pandas.Timestamp(numbers.pop()), pandas.NaT), dtype="datetime64[ns]")
        unit = chance.choice(["s", "ms", "us", "ns"])
        return values if PANDAS_1 else values.astype(f"datetime64[{unit}]")
    if kind == 17:
        return pandas.Series(many(lambda c: pandas.Timestamp("2020-01-02") + pandas.Timedelta(days=c.randrange(99)), pandas.NaT), dtype="datetime64[ns]")
    if kind == 18:
        return pandas.Series(many(any_moment, pandas.NaT), dtype="datetime64[ns]").dt.tz_localize("UTC").dt.tz_convert(chance.choice(["UTC", "Europe/Berlin"]))
    if kind == 19:
        return pandas.Series(many(lambda c: pandas.Timedelta(c.choice([c.randrange(10**15), 86400 * 10**9])), pandas.NaT), dtype="timedelta64[ns]")
    if kind == 20:
        return pandas.Series(many(lambda c: decimal.Decimal(c.randrange(10**6)) / 100), dtype=object)
    if kind == 21:
        return pandas.Series(many(lambda c: complex(any_float(c), 1), complex("nan")), dtype="complex128")
    if kind == 22:
        return pandas.Series(many(lambda c: pandas.Period("2020-01", "M"), pandas.NaT), dtype="period[M]")
    return pandas.Series(many(any_object), dtype=object)


def any_frame(chance):
    length = chance.choice([0, 1, 2, 30, 200, 1000])
    width = chance.choice([1, 1, 2, 3, 6])
    frame = pandas.concat([column(chance, length) for _ in range(width)], axis=1)
    frame.columns = [chance.choice(["a", "b", "c d", 1, ""]) for _ in range(width)]
    if chance.random() < (0.2 if any(dtype.kind == "M" for dtype in frame.dtypes) else 0.005):
        # So wide that pandas writes it in several pieces, which matters to dates.
        frame = pandas.concat([frame, pandas.DataFrame({f"n{i}": range(length) for i in range(150)}, index=frame.index)], axis=1)
    if chance.random() < 0.1 and width > 1:
        frame.index = pandas.MultiIndex.from_arrays([range(length), ["x"] * length])
    elif chance.random() < 0.2:
        frame.index = pandas.Index([f"r {i}" for i in range(length)], name="i")
    if chance.random() < 0.2:
        frame = frame.iloc[chance.randrange(length + 1) :]
    if chance.random() < 0.2:
        frame = frame.iloc[::-2]
    return frame


def any_settings(chance):
    settings = {"sep": " ", "header": False, "index": False}
    if chance.random() < 0.7:
        settings["sep"] = chance.choice([",", "\t", ";", "-", "e", "1", ".", "é", "|"])
    if chance.random() < 0.3:
        settings["na_rep"] = chance.choice(["NA", "n a", 'n"', "-", "é", "x" * 40, "1,2"])
    if chance.random() < 0.3:
        settings["header"] = True
    if chance.random() < 0.25:
        settings.update(
            chance.choice(
                [
                    {"index": True},
                    {"float_format": "%.2f"},
                    {"decimal": ","},
                    {"date_format": "%Y"},
                    {"quoting": csv.QUOTE_ALL},
                    {"quoting": csv.QUOTE_NONNUMERIC},
                    {"quotechar": "'"},
                    {"lineterminator": "\r\n"},
                    {"doublequote": False, "escapechar": "\\"},
                    {"chunksize": 7},
                ]
            )
        )
    return settings


def outcome(write):
    try:
        return write()
    except Exception as error:
        return type(error).__name__


def differs(seed):
    chance = random.Random(seed)
    frame, settings = any_frame(chance), any_settings(chance)
    expected = outcome(lambda: frame.to_csv(None, **{**settings, "header": False}).encode("utf-8", "surrogateescape"))
    found = outcome(lambda: table_lines(frame, settings))
    if found == expected:
        return frame.size, None
    return frame.size, f"seed {seed}: {settings}\n{frame.dtypes}\n{first_difference(found, expected)}"


def first_difference(found, expected):
    for one, other in zip(found.split(b"\n"), expected.split(b"\n")) if isinstance(found, bytes) and isinstance(expected, bytes) else ():
        if one != other:
            return f"found    {one!r}\nexpected {other!r}"
    return f"found    {found[:200]!r}\nexpected {expected[:200]!r}"


if __name__ == "__main__":
    seed, wanted = int(sys.argv[1]), int(sys.argv[2])
    if "without-pyarrow" in sys.argv:
        frame_csv.HAS_ARROW = False
    # Small tables go the same way as large ones.
    frame_csv.FEW_CELLS = 0
    values = 0
    for table in range(seed, seed + wanted):
        size, difference = differs(table)
        if difference is not None:
            sys.exit(difference)
        values += size
    print(f"{wanted} tables of {values} values")
