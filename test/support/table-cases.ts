/** The files, readers and slices of the table cases. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { duckdb, sqlText } from '../../src/data/duckdb.ts';
import type { Column, Reader, TableReader, TableSlice } from '../../src/data/types.ts';
import type { Case, Form } from '../cases/tables/case.ts';

/** A reader of delimited text as the planner makes it for a plain file, which pandas.read_csv would read. */
export function plainText(columns: TableReader['columns'], root: string, form: Form = {}): TableReader & Reader {
  return {
    kind: 'table',
    name: 'table',
    root,
    format: {
      kind: 'delimited',
      delimiter: ',',
      quote: '"',
      encoding: 'utf-8',
      multiline: true,
      bareCarriageReturn: true,
      nulls: ['', 'NA', 'null', 'NaN', 'nan'],
      quotedNulls: true,
      trueValues: ['True', 'TRUE', 'true'],
      falseValues: ['False', 'FALSE', 'false'],
      blankLinesAreEmpty: true,
      zeroBytes: 'error',
      shortRows: 'null',
      ...form,
    },
    columns,
    transformations: [],
    outputColumns: columns,
    typesHint: 'Types come from a sample.',
  };
}

export interface LaidOut {
  readonly reader: TableReader;
  readonly slice: TableSlice;
}

/** Writes the file of a case into a folder. */
export async function layOut(
  { columns, content, form, format, steps = [], output = columns, slice }: Case,
  root: string,
  name: string,
): Promise<LaidOut> {
  const reader = plainText(columns, root, form);
  const head = 'head\n';
  if (format?.kind === 'parquet') await (await duckdb()).run(`COPY (${content}) TO ${sqlText(join(root, name))} (FORMAT parquet)`);
  else writeFileSync(join(root, name), Buffer.concat([Buffer.from(head), Buffer.from(content)]));
  const all: TableSlice = { kind: 'bytes', path: name, start: head.length, end: head.length + Buffer.byteLength(content) };
  return {
    reader: { ...reader, format: format ?? reader.format, transformations: steps, outputColumns: output },
    slice: { ...all, ...slice } as TableSlice,
  };
}

/** A value as the cases write it. */
export function shown(value: unknown, { type }: Pick<Column, 'type'>): unknown {
  if (value === null || Number.isNaN(value)) return null;
  if (value instanceof Date)
    return value
      .toISOString()
      .replace(/(?:\.0+|(\.\d*?)0*)Z$/, '$1')
      .replace('T', ' ');
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && type === 'float' && !Number.isFinite(value)) return String(value).replace('Infinity', 'inf');
  return value;
}
