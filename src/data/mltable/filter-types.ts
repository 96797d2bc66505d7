import type { Column, FilterExpression } from '../types.ts';

type Kind = 'text' | 'number' | 'boolean' | 'datetime' | 'null' | 'any';

/** A filter that would keep or lose rows by comparing what has no order, or names a column that is not there. */
export class FilterTypeError extends Error {}

/** Names that stand for null where no column has them: MLTable takes any name that is no column for null. */
const nullWords = new Set(['null', 'NULL', 'Null', 'nan', 'NaN']);

/**
 * Checks a filter against the columns it sees, and throws a FilterTypeError. MLTable compares unlike types without a word: `==` is then
 * always false and `<` always the same, so that rows vanish or stay whatever they hold.
 * Returns what should be said of it: what is read as MLTable reads it, though hardly meant so.
 */
export function checkFilter(expression: FilterExpression, columns: readonly Column[]): readonly string[] {
  const kind = kindOf(expression, columns);
  if (kind !== 'boolean' && kind !== 'any' && kind !== 'null') throw new FilterTypeError(`the whole is ${named(kind)}, not a condition`);
  const remarks: string[] = [];
  if (some(expression, ({ left }) => isComparison(left))) {
    remarks.push(
      'a chain such as 1 < x < 3 compares true or false with 3, as MLTable does; two comparisons joined with and say what it says in Python',
    );
  }
  if (some(expression, (one) => isComparison(one) && [one.left, one.right].some((side) => kindOf(side, columns) === 'null'))) {
    remarks.push('null equals nothing, not even itself, so a comparison with it keeps no row');
  }
  return remarks;
}

type Binary = Extract<FilterExpression, { kind: 'binary' }>;

function some(expression: FilterExpression, wanted: (one: Binary) => boolean): boolean {
  if (expression.kind === 'unary') return some(expression.operand, wanted);
  if (expression.kind !== 'binary') return false;
  return (isComparison(expression) && wanted(expression)) || some(expression.left, wanted) || some(expression.right, wanted);
}

function isComparison(expression: FilterExpression): boolean {
  return expression.kind === 'binary' && ['==', '!=', '<', '<=', '>', '>='].includes(expression.op);
}

function kindOf(expression: FilterExpression, columns: readonly Column[]): Kind {
  switch (expression.kind) {
    case 'column':
      return kindOfColumn(expression.name, columns);
    case 'value':
      return kindOfValue(expression.value);
    case 'datetime':
      return 'datetime';
    case 'unary': {
      const wanted = expression.op === 'not' ? 'boolean' : 'number';
      expectKind(expression.operand, columns, wanted, expression.op);
      return wanted;
    }
    case 'binary':
      return kindOfBinary(expression, columns);
  }
}

function kindOfBinary({ op, left, right }: Extract<FilterExpression, { kind: 'binary' }>, columns: readonly Column[]): Kind {
  if (op === 'and' || op === 'or') {
    expectKind(left, columns, 'boolean', op);
    expectKind(right, columns, 'boolean', op);
    return 'boolean';
  }
  if (op === 'startswith') {
    expectKind(left, columns, 'text', op);
    expectKind(right, columns, 'text', op);
    return 'boolean';
  }
  if (op === '+' || op === '-' || op === '*' || op === '/' || op === '%') {
    expectKind(left, columns, 'number', op);
    expectKind(right, columns, 'number', op);
    return 'number';
  }
  const leftKind = kindOf(left, columns);
  const rightKind = kindOf(right, columns);
  if (!alike(leftKind, rightKind)) {
    throw new FilterTypeError(
      `${spell(left)} is ${named(leftKind)} and ${spell(right)} is ${named(rightKind)}, so ${op} would say the same for every row; convert_column_types can make them alike`,
    );
  }
  return 'boolean';
}

function alike(left: Kind, right: Kind): boolean {
  const logical = (kind: Kind): boolean => kind === 'boolean' || kind === 'number';
  if (left === 'null' || right === 'null') return true;
  return left === right || left === 'any' || right === 'any' || (logical(left) && logical(right));
}

function expectKind(expression: FilterExpression, columns: readonly Column[], wanted: Kind, op: string): void {
  const kind = kindOf(expression, columns);
  const fits = kind === wanted || kind === 'any' || (wanted === 'number' && kind === 'boolean');
  if (!fits) throw new FilterTypeError(`${op} takes ${named(wanted)}, but ${spell(expression)} is ${named(kind)}`);
}

function kindOfColumn(name: string, columns: readonly Column[]): Kind {
  const column = columns.find((one) => one.name === name);
  if (column === undefined) {
    if (nullWords.has(name)) return 'null';
    throw new FilterTypeError(`there is no column ${JSON.stringify(name)}; there are ${columns.map((one) => one.name).join(', ')}`);
  }
  switch (column.type) {
    case 'integer':
    case 'bigint':
    case 'ubigint':
    case 'float':
      return 'number';
    case 'string':
      return 'text';
    case 'object':
      return 'any';
    case 'boolean':
    case 'datetime':
      return column.type;
  }
}

function kindOfValue(value: string | number | boolean | null): Kind {
  if (value === null) return 'null';
  return typeof value === 'string' ? 'text' : (typeof value as 'number' | 'boolean');
}

const names: Readonly<Record<Kind, string>> = {
  text: 'text',
  number: 'a number',
  boolean: 'a boolean',
  datetime: 'a date-time',
  null: 'null',
  any: 'anything',
};

function named(kind: Kind): string {
  return names[kind];
}

function spell(expression: FilterExpression): string {
  if (expression.kind === 'column') return `the column ${JSON.stringify(expression.name)}`;
  if (expression.kind === 'value') return JSON.stringify(expression.value);
  return expression.kind === 'datetime' ? 'datetime(…)' : 'one side';
}
