"""`filter` of an MLTable: which rows of a data frame an expression keeps.

Null in an operand makes the result null, `and`, `or` and `not` know null as SQL does, and a row stays only when the
expression is true. The planner has refused comparisons of unlike types; only the values of object columns are looked at
one by one.
"""

from __future__ import annotations

import operator

import numpy
import pandas

from .errors import Misfit

_COMPARE = {"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
# `%` has the sign of the dividend.
_COMPUTE = {"+": numpy.add, "-": numpy.subtract, "*": numpy.multiply, "/": numpy.true_divide, "%": numpy.fmod}


class _Operand:
    """A value for every row, and which rows have one."""

    def __init__(self, values: numpy.ndarray, given: numpy.ndarray) -> None:
        self.values = values
        self.given = given


def matches(expression: dict, frame: pandas.DataFrame) -> numpy.ndarray:
    found = _evaluate(expression, frame)
    return found.given & _as_boolean(found)


def _evaluate(expression: dict, frame: pandas.DataFrame) -> _Operand:
    kind = expression["kind"]
    if kind == "column":
        name = expression["name"]
        return _column(frame[name]) if name in frame.columns else _constant(None, len(frame))
    if kind == "value":
        return _constant(expression["value"], len(frame))
    if kind == "datetime":
        moment = pandas.Timestamp(expression["value"])
        moment = moment if moment.tz is None else moment.tz_convert("UTC").tz_localize(None)
        return _constant(moment.to_datetime64(), len(frame))
    if kind == "unary":
        operand = _evaluate(expression["operand"], frame)
        return _Operand(~_as_boolean(operand) if expression["op"] == "not" else -_filled(operand, 0), operand.given)
    return _binary(expression["op"], _evaluate(expression["left"], frame), _evaluate(expression["right"], frame), frame)


def _column(values: pandas.Series) -> _Operand:
    given = values.notna().to_numpy()
    if values.dtype.kind == "M":
        if getattr(values.dtype, "tz", None) is not None:
            values = values.dt.tz_convert("UTC").dt.tz_localize(None)
        return _Operand(values.to_numpy(), given)
    if isinstance(values.dtype, numpy.dtype) and values.dtype.kind in "iufb":
        return _Operand(values.to_numpy(), given)
    if str(values.dtype) in ("Int64", "UInt64"):
        return _Operand(values.to_numpy(dtype=str(values.dtype).lower(), na_value=0), given)
    return _Operand(values.to_numpy(dtype=object), given)


def _constant(value, length: int) -> _Operand:
    values = numpy.full(length, value, dtype=object if value is None or isinstance(value, str) else None)
    return _Operand(values, numpy.full(length, value is not None))


def _binary(op: str, left: _Operand, right: _Operand, frame: pandas.DataFrame) -> _Operand:
    if op in ("and", "or"):
        return _logical(op, left, right)
    given = left.given & right.given
    if op in _COMPUTE:
        divisor = _filled(right, 1)
        if op in "/%":
            given = given & (divisor != 0)
            divisor = numpy.where(divisor == 0, 1, divisor)
        with numpy.errstate(all="ignore"):
            return _Operand(_COMPUTE[op](_filled(left, 0), divisor), given)
    if op == "startswith":
        compare = lambda text, start: text.startswith(start)
    else:
        compare = _COMPARE[op]
        if left.values.dtype != object and right.values.dtype != object:
            return _Operand(compare(left.values, right.values), given)
    result = numpy.zeros(len(given), dtype=bool)
    for row in numpy.flatnonzero(given):
        one, other = left.values[row], right.values[row]
        try:
            result[row] = compare(one, other) if _are_alike(one, other) else op == "!="
        except (TypeError, AttributeError):
            raise Misfit(int(frame.index[row]), "filter", one, f"a value that {op} {other!r} can be asked of") from None
        if op not in ("==", "!=") and not _are_alike(one, other):
            raise Misfit(int(frame.index[row]), "filter", one, f"a value that can be ordered with {other!r}")
    return _Operand(result, given)


def _are_alike(one, other) -> bool:
    return isinstance(one, str) == isinstance(other, str)


def _logical(op: str, left: _Operand, right: _Operand) -> _Operand:
    left_true, right_true = left.given & _as_boolean(left), right.given & _as_boolean(right)
    if op == "or":
        # True wins over null, as false does under `and`.
        return _Operand(left_true | right_true, (left.given & right.given) | left_true | right_true)
    left_false, right_false = left.given & ~_as_boolean(left), right.given & ~_as_boolean(right)
    return _Operand(left_true & right_true, (left.given & right.given) | left_false | right_false)


def _filled(operand: _Operand, stand_in):
    """Numbers, with a stand-in where there is none."""
    if operand.values.dtype != object:
        return operand.values
    return numpy.array([value if there else stand_in for value, there in zip(operand.values, operand.given)])


def _as_boolean(operand: _Operand) -> numpy.ndarray:
    if operand.values.dtype != object:
        return operand.values.astype(bool)
    return numpy.array([there and value is not None and bool(value) for value, there in zip(operand.values, operand.given)], dtype=bool)
