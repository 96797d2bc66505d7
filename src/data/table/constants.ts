import { join } from 'node:path';
import { noPathMatches } from '../partition-format.ts';
import { cellParser } from '../read/cells.ts';
import type { Column, Constant } from '../types.ts';
import { mltableFalse, mltableTrue, mltableTyper } from '../typing/mltable.ts';
import type { TableSpec } from './table-spec.ts';

/** The columns that come from the files' paths, with the values of each file, in the order of the files. */
export interface FileConstants {
  readonly columns: readonly Column[];
  readonly values: readonly (readonly Constant[])[];
}

export function fileConstants({ files, partition }: Pick<TableSpec, 'files' | 'partition'>, input: string): FileConstants {
  if (partition === undefined) return { columns: [], values: [] };
  const { format, infer } = partition;
  const matches = files.paths.map((path) => format.match(join(files.root, path)));
  const [example] = files.paths;
  if (example !== undefined && matches.every((match) => match === undefined)) throw noPathMatches(format, input, example);
  const texts = matches.map((match) => match ?? format.columns.map(() => null));
  const columns = format.columns.map((column, index) =>
    settle(
      column,
      texts.map((values) => values[index] ?? null),
      infer,
    ),
  );
  const parsers = columns.map((column, index) => (format.columns[index]?.type === 'datetime' ? keep : parserOf(column)));
  return { columns, values: texts.map((values) => values.map((value, index) => parsers[index]?.(value) ?? null)) };
}

function settle(column: Column, values: readonly Constant[], infer: boolean): Column {
  const nullable = values.includes(null);
  if (column.type === 'datetime' || !infer) return { ...column, nullable };
  const typer = mltableTyper({ emptyAsString: false });
  for (const value of values) typer.see(value === null ? undefined : String(value), false);
  return { name: column.name, ...typer.decide() };
}

const keep = (value: Constant): Constant => value;

/** Constants travel as JSON: a date-time as ISO text, an integer beyond 53 bits as its digits. */
function parserOf(column: Column): (value: Constant) => Constant {
  const parse = cellParser(column, { trueValues: mltableTrue, falseValues: mltableFalse });
  return (value) => {
    if (value === null) return null;
    const parsed = parse(String(value));
    if (parsed instanceof Date) return parsed.toISOString();
    return typeof parsed === 'bigint' ? String(parsed) : (parsed as Constant);
  };
}
