"""Values of object columns in rows that the planner put on disk. `src/data/table/row-json.ts` writes them, and says how."""

from __future__ import annotations

import json
from base64 import b64decode

_KINDS = {"integer": int, "number": float, "bytes": b64decode}


def parse_row_json(text: str):
    value = json.loads(text)
    return _restored(value) if '"$"' in text else value


def _restored(value):
    if type(value) is list:
        return [_restored(one) for one in value]
    if type(value) is not dict:
        return value
    if type(value.get("$")) is not list:
        return _every(value)
    kind, inner = value["$"]
    return _every(inner) if kind == "object" else _KINDS[kind](inner)


def _every(value: dict) -> dict:
    return {key: _restored(one) for key, one in value.items()}
