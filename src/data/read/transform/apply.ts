import { join } from 'node:path';
import { addressOf } from '../../stores/address.ts';
import { momentOf } from '../../timestamp.ts';
import type { Column, Conversion, TableReader, TableSlice, Transformation } from '../../types.ts';
import { misfit, typeNames } from '../cells.ts';
import { type ColumnValues, columnIndex, type Frame, RowError } from '../frame.ts';
import { converter } from './convert.ts';
import { filterRows } from './filter.ts';

/** Where the rows come from: what path and constant columns are made of, and what an error names. */
export interface Origin {
  readonly reader: TableReader;
  readonly slice: TableSlice;
}

/** The row-wise steps of an MLTable, in order. */
export function transform(frame: Frame, transformations: readonly Transformation[], origin: Origin): Frame {
  return transformations.reduce((before, step) => apply(before, step, origin), frame);
}

function apply(frame: Frame, step: Transformation, origin: Origin): Frame {
  switch (step.op) {
    case 'keep_columns':
      return select(frame, (column) => step.columns.includes(column.name));
    case 'drop_columns':
      return select(frame, (column) => !step.columns.includes(column.name));
    case 'path_column': {
      const column: Column = { name: step.column, type: 'string', nullable: false };
      const path = addressOf(origin.reader.store, join(origin.reader.root, origin.slice.path));
      return addColumns(frame, [column], [path], true);
    }
    case 'constant_columns':
      return addColumns(
        frame,
        step.columns,
        step.columns.map((column, index) => constant(column, origin.slice.constants?.[index] ?? null)),
        step.first,
      );
    case 'filter':
      return filter(frame, filterRows(frame, step.expression));
    case 'convert':
      return step.columns.reduce((before, name) => convert(before, name, step.to, origin), frame);
  }
}

function select(frame: Frame, wanted: (column: Column) => boolean): Frame {
  const indexes = frame.columns.flatMap((column, index) => (wanted(column) ? [index] : []));
  return {
    columns: indexes.flatMap((index) => frame.columns[index] ?? []),
    values: indexes.map((index) => frame.values[index] ?? []),
    length: frame.length,
    locate: frame.locate,
    ...(frame.places !== undefined && { places: frame.places }),
  };
}

function addColumns(frame: Frame, columns: readonly Column[], constants: readonly unknown[], first: boolean): Frame {
  const values = constants.map((value) => new Array<unknown>(frame.length).fill(value));
  return {
    columns: first ? [...columns, ...frame.columns] : [...frame.columns, ...columns],
    values: first ? [...values, ...frame.values] : [...frame.values, ...values],
    length: frame.length,
    locate: frame.locate,
    ...(frame.places !== undefined && { places: frame.places }),
  };
}

function constant(column: Column, value: unknown): unknown {
  if (value === null) return null;
  if (column.type === 'datetime') return momentOf(String(value));
  return column.type === 'bigint' || column.type === 'ubigint' ? BigInt(String(value)) : value;
}

function filter(frame: Frame, keep: Uint8Array): Frame {
  const length = keep.reduce((sum, kept) => sum + kept, 0);
  if (length === frame.length) return frame;
  const pick = (values: ColumnValues): unknown[] => {
    const kept: unknown[] = [];
    for (let row = 0; row < keep.length; row += 1) if (keep[row] === 1) kept.push(values[row]);
    return kept;
  };
  const original = (row: number): number => {
    let at = -1;
    for (let kept = -1; kept < row; ) {
      at += 1;
      kept += keep[at] ?? 0;
    }
    return at;
  };
  const { places } = frame;
  return {
    columns: frame.columns,
    values: frame.values.map(pick),
    length,
    locate: (row, message) => frame.locate(original(row), message),
    ...(places !== undefined && { places: (rows: readonly number[]) => places(rows.map(original)) }),
  };
}

function convert(frame: Frame, name: string, to: Conversion, { reader }: Origin): Frame {
  const index = columnIndex(frame, name);
  const source = frame.values[index];
  const before = frame.columns[index];
  if (source === undefined || before === undefined) return frame;
  const column = convertedColumn(
    before,
    to,
    reader.outputColumns.find((one) => one.name === name),
  );
  const one = converter(to, column);
  const values = Array.from<unknown, unknown>(source, (value, row) => {
    const converted = isNull(value) && to.type !== 'float' ? null : value === null ? null : one(value);
    if (converted === misfit || (converted === null && !column.nullable)) {
      const found = isNull(value) ? 'null' : JSON.stringify(valueText(value));
      const wanted = to.type === 'datetime' ? `${typeNames.datetime} by ${to.formats.join(' or ')}` : typeNames[column.type];
      const message = `column ${JSON.stringify(name)}: ${found} cannot become ${wanted}, which convert_column_types or column_type_overrides asks for.`;
      throw new RowError(frame, row, message);
    }
    return converted;
  });
  return {
    columns: frame.columns.map((old, at) => (at === index ? column : old)),
    values: frame.values.map((old, at) => (at === index ? values : old)),
    length: frame.length,
    locate: frame.locate,
    ...(frame.places !== undefined && { places: frame.places }),
  };
}

/** A number that is none counts as null: pandas, and so the scripts that read the same data, cannot tell the two apart. */
export function isNull(value: unknown): boolean {
  return value === null || Number.isNaN(value);
}

function valueText(value: unknown): string {
  if (typeof value === 'number') return String(value).replace('Infinity', 'inf');
  if (!(value instanceof Date)) return String(value);
  return value
    .toISOString()
    .replace('T', ' ')
    .replace(/(?:\.000)?Z$/, '')
    .replace(/\.\d{3}$/, '$&000');
}

const convertedTypes = { float: 'float', string: 'string', boolean: 'boolean', datetime: 'datetime', stream_info: 'string' } as const;

/** How a column looks after a conversion. `output` is the column that the script sees, where it is known. */
export function convertedColumn(before: Column, to: Conversion, output: Column | undefined): Column {
  const nullable = output?.nullable ?? true;
  if (to.type !== 'integer') return { name: before.name, type: convertedTypes[to.type], nullable };
  const type = output?.type === 'bigint' || before.type === 'bigint' || before.type === 'ubigint' ? 'bigint' : 'integer';
  return { name: before.name, type, nullable };
}
