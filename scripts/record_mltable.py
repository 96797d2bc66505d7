"""What the `mltable` library reads: `[name, folder]` of a case a line in, `[name, outcome]` a line out. Run by scripts/mltable-cases.ts."""

import json
import os
import sys

# The library prints on its own.
out, sys.stdout = sys.stdout, sys.stderr

import mltable  # noqa: E402
import numpy  # noqa: E402
import pandas  # noqa: E402

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "test", "support"))

from recorded_values import plain  # noqa: E402


def kind(values):
    if values.isna().all():
        return "-"
    if isinstance(values.dtype, pandas.DatetimeTZDtype):
        return "M"
    return {"u": "i"}.get(values.dtype.kind, values.dtype.kind) if isinstance(values.dtype, numpy.dtype) else "O"


def outcome(frame, root):
    if len(frame) == 0:
        return {"columns": [], "kinds": "", "rows": []}
    columns = [frame.iloc[:, position] for position in range(len(frame.columns))]
    result = {"columns": [str(name) for name in frame.columns], "kinds": "".join(map(kind, columns))}
    values = [[plain(value, root) for value in column.astype(object)] for column in columns]
    result["rows"] = [list(row) for row in zip(*values)]
    if not isinstance(frame.index, pandas.RangeIndex):
        result["index"] = [plain(value, root) for value in frame.index]
    return result


for line in sys.stdin:
    name, root = json.loads(line)
    try:
        found = outcome(mltable.load(root).to_pandas_dataframe(), root)
    except BaseException as error:  # noqa: BLE001 - the library panics too
        found = {"error": type(error).__name__}
    print(json.dumps([name, found], ensure_ascii=False), file=out, flush=True)
