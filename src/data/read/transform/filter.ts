import { momentOf, orderOfMoments } from '../../timestamp.ts';
import type { FilterExpression } from '../../types.ts';
import { columnIndex, type Frame, RowError } from '../frame.ts';

type Evaluate = (row: number) => unknown;

/** For each row whether the expression is true. */
export function filterRows(frame: Frame, expression: FilterExpression): Uint8Array {
  const evaluate = compile(expression, frame);
  const keep = new Uint8Array(frame.length);
  for (let row = 0; row < frame.length; row += 1) {
    try {
      keep[row] = evaluate(row) === true ? 1 : 0;
    } catch (error) {
      throw error instanceof NoOrder ? new RowError(frame, row, error.message) : error;
    }
  }
  return keep;
}

function compile(expression: FilterExpression, frame: Frame): Evaluate {
  switch (expression.kind) {
    case 'column': {
      const values = frame.values[columnIndex(frame, expression.name)];
      if (values === undefined) return () => null;
      return (row) => known(values[row]);
    }
    case 'value':
      return () => expression.value;
    case 'datetime': {
      const time = momentOf(expression.value);
      return () => time;
    }
    case 'unary': {
      const operand = compile(expression.operand, frame);
      if (expression.op === 'not') return (row) => not(operand(row));
      return (row) => negate(operand(row));
    }
    case 'binary': {
      const left = compile(expression.left, frame);
      const right = compile(expression.right, frame);
      if (expression.op === 'and') return (row) => and(left(row), () => right(row));
      if (expression.op === 'or') return (row) => not(and(not(left(row)), () => not(right(row))));
      const operate = operations[expression.op];
      return (row) => {
        const a = left(row);
        const b = right(row);
        return a === null || b === null ? null : known(operate(a, b));
      };
    }
  }
}

/** What is not a number is null, as in a data frame, which cannot tell the two apart. */
function known(value: unknown): unknown {
  return Number.isNaN(value) ? null : value;
}

function not(value: unknown): unknown {
  return typeof value === 'boolean' ? !value : null;
}

/** As SQL: false wins over null. */
function and(left: unknown, right: () => unknown): unknown {
  if (left === false) return false;
  const other = right();
  if (other === false) return false;
  return left === null || other === null ? null : left === true && other === true;
}

function negate(value: unknown): unknown {
  return typeof value === 'bigint' ? -value : typeof value === 'number' ? -value : null;
}

type Operation = (left: unknown, right: unknown) => unknown;
type Operator = Exclude<Extract<FilterExpression, { kind: 'binary' }>['op'], 'and' | 'or'>;

const operations: Readonly<Record<Operator, Operation>> = {
  '==': equal,
  '!=': (left, right) => !equal(left, right),
  '<': (left, right) => compare('<', left, right, (order) => order < 0),
  '<=': (left, right) => compare('<=', left, right, (order) => order <= 0),
  '>': (left, right) => compare('>', left, right, (order) => order > 0),
  '>=': (left, right) => compare('>=', left, right, (order) => order >= 0),
  '+': (left, right) => number(left) + number(right),
  '-': (left, right) => number(left) - number(right),
  '*': (left, right) => number(left) * number(right),
  '/': (left, right) => (number(right) === 0 ? null : number(left) / number(right)),
  '%': (left, right) => (number(right) === 0 ? null : floored(number(left), number(right))),
  startswith: (left, right) => (typeof left === 'string' && typeof right === 'string' ? left.startsWith(right) : false),
};

/** The remainder with the sign of the divisor, as in Python. */
function floored(left: number, right: number): number {
  const rest = left % right;
  return rest !== 0 && rest < 0 !== right < 0 ? rest + right : rest;
}

/** Booleans count as 0 and 1 beside numbers. */
function number(value: unknown): number {
  return typeof value === 'number' ? value : Number(value);
}

function isNumeric(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
}

function equal(left: unknown, right: unknown): boolean {
  if (left instanceof Date && right instanceof Date) return orderOfMoments(left, right) === 0;
  if (typeof left === typeof right) return left === right;
  // Loosely, so that 2n equals 2 and true equals 1.
  // biome-ignore lint/suspicious/noDoubleEquals: both are numbers of some kind
  return isNumeric(left) && isNumeric(right) && left == right;
}

function compare(op: string, left: unknown, right: unknown, holds: (order: number) => boolean): boolean {
  if (typeof left === 'string' && typeof right === 'string') return holds(compareUtf8(left, right));
  if (isNumeric(left) && isNumeric(right)) {
    const a = left as number;
    const b = right as number;
    return holds(a < b ? -1 : a > b ? 1 : 0);
  }
  if (left instanceof Date && right instanceof Date) return holds(orderOfMoments(left, right));
  throw new NoOrder(`the filter asks whether ${shown(left)} ${op} ${shown(right)}, which are not of one kind.`);
}

function compareUtf8(left: string, right: string): number {
  const ascii = left < right ? -1 : left > right ? 1 : 0;
  return ascii === 0 || !/[\ud800-\uffff]/.test(left + right) ? ascii : Buffer.compare(Buffer.from(left), Buffer.from(right));
}

class NoOrder extends Error {}

function shown(value: unknown): string {
  const text =
    typeof value === 'bigint' ? String(value) : JSON.stringify(value, (_key, one) => (typeof one === 'bigint' ? String(one) : one));
  return text.length > 85 ? `${text.slice(0, 84)}…` : text;
}
