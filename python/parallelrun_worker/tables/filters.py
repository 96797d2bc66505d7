"""`filter` of an MLTable: which rows of a data frame an expression keeps.

Null in an operand makes the result null, `and`, `or` and `not` know null as SQL does, and a row stays only when the
expression is true. The planner has refused comparisons of unlike types; only the values of object columns are looked at
one by one.
"""

from __future__ import annotations

import operator

import numpy
import pandas

from .errors import Misfit, shown

_COMPARE = {"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
# `%` has the sign of the divisor.
_COMPUTE = {"+": numpy.add, "-": numpy.subtract, "*": numpy.multiply, "/": numpy.true_divide, "%": numpy.mod}


class _Operand:
    """A value for every row, and which rows have one."""

    def __init__(self, values: numpy.ndarray, given: numpy.ndarray) -> None:
        self.values = values
        self.given = given

    def is_(self, truth: bool) -> numpy.ndarray:
        """The rows where it is true (or false); what is no boolean is neither."""
        if self.values.dtype == bool:
            return self.given & (self.values == truth)
        if self.values.dtype != object:
            return numpy.zeros(len(self.given), dtype=bool)
        return numpy.array([value is truth for value in self.values], dtype=bool)


def matches(expression: dict, frame: pandas.DataFrame) -> numpy.ndarray:
    return _evaluate(expression, frame).is_(True)


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
        return _logical(operand.is_(False), operand.is_(True)) if expression["op"] == "not" else _Operand(-_numbers(operand, 0), operand.given)
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


def _logical(true: numpy.ndarray, false: numpy.ndarray) -> _Operand:
    return _Operand(true, true | false)


def _binary(op: str, left: _Operand, right: _Operand, frame: pandas.DataFrame) -> _Operand:
    if op == "and":
        return _logical(left.is_(True) & right.is_(True), left.is_(False) | right.is_(False))
    if op == "or":
        return _logical(left.is_(True) | right.is_(True), left.is_(False) & right.is_(False))
    given = left.given & right.given
    if op in _COMPUTE:
        divisor = _numbers(right, 1)
        if op in "/%":
            given = given & (divisor != 0)
            divisor = numpy.where(divisor == 0, 1, divisor)
        with numpy.errstate(all="ignore"):
            return _Operand(_COMPUTE[op](_numbers(left, 0), divisor), given)
    if op != "startswith" and left.values.dtype != object and right.values.dtype != object:
        return _Operand(_COMPARE[op](left.values, right.values), given)
    result = numpy.zeros(len(given), dtype=bool)
    for row in numpy.flatnonzero(given):
        one, other = _plain(left.values[row]), _plain(right.values[row])
        are_texts = isinstance(one, str), isinstance(other, str)
        if op == "startswith":
            result[row] = all(are_texts) and one.startswith(other)
        elif are_texts[0] != are_texts[1] and op in ("==", "!="):
            result[row] = op == "!="
        else:
            try:
                result[row] = _COMPARE[op](one, other)
            except TypeError:
                message = f"the filter asks whether {shown(one)} {op} {shown(other)}, which are not of one kind."
                raise Misfit(int(frame.index[row]), message) from None
    return _Operand(result, given)


def _plain(value):
    """numpy's own numbers would compare with each item of a list."""
    return value.item() if isinstance(value, (numpy.number, numpy.bool_)) else value


def _numbers(operand: _Operand, stand_in) -> numpy.ndarray:
    """Numbers (booleans are 0 and 1), with a stand-in where there is none."""
    if operand.values.dtype == bool:
        return operand.values.astype("int64")
    if operand.values.dtype != object:
        return operand.values
    return numpy.array([float(value) if there else stand_in for value, there in zip(operand.values, operand.given)], dtype="float64")
