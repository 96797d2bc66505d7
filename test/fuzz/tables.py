"""Answers questions, a line of JSON each: the rows of a table as its mini-batches have them, and those of pandas for the whole file.

In: {"reader": …, "slices": […], "whole": true or false}. Out: {"rows": […]} or {"error": "…"}, and {"whole": […], "types": […]}.
"""

import json
import os
import sys

import pandas

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
from parallelrun_worker.tables.reader import TableReader  # noqa: E402


def shown(value):
    """As `shown` in tables.test.ts has it."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, list):
        return [shown(one) for one in value]
    if isinstance(value, dict):
        return {key: shown(one) for key, one in value.items()}
    if value is None or value is pandas.NA or value != value:
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else f"i:{value}"
    if isinstance(value, float):
        return f"{value}" if value in (float("inf"), -float("inf")) else value or 0
    return f"s:{value}"


def rows(frame):
    columns = [frame.iloc[:, i].astype(object).tolist() for i in range(len(frame.columns))]
    return [[shown(value) for value in row] for row in zip(*columns)]


def answer(question):
    table = TableReader(question["reader"])
    try:
        frames = [table.read(one) for one in question["slices"]]
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    types = [[str(dtype) for dtype in frame.dtypes] for frame in frames]
    if any(one != types[0] for one in types):
        return {"error": f"types differ between mini-batches: {types}"}
    found = {"rows": [row for frame in frames for row in rows(frame)]}
    if question["whole"]:
        columns = question["reader"]["columns"]
        texts = {column["name"]: str for column in columns if column["type"] == "string"}
        path = os.path.join(question["reader"]["root"], question["slices"][0]["path"])
        whole = pandas.read_csv(path, dtype=texts)
        found.update(whole=rows(whole), types=[str(dtype) for dtype in whole.dtypes], wanted=types[0])
    return found


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
