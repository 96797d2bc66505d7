import type { FormatPlan, Keep } from '../table/format-plan.ts';
import { chooseSample, type Sample } from '../table/sample.ts';
import { InputFile, type TableFiles } from '../table/table-files.ts';
import { cuts } from '../text/boundaries.ts';
import type { Column, TableSlice } from '../types.ts';
import { readHead } from './head.ts';
import { fieldsOf, headersAlike, readHeaders } from './headers.ts';
import { lookAtRows } from './look.ts';
import type { DelimitedOptions } from './options.ts';
import { SeenColumns } from './seen-columns.ts';

/** Decides names and types of the columns of delimited files, and how each file is cut. `keep`: the columns whose sampled cells are wanted. */
export async function planDelimited(files: TableFiles, options: DelimitedOptions, keep: Keep = () => false): Promise<FormatPlan> {
  const { format } = options;
  const headers = await readHeaders(files, options);
  const hasHeader = (path: string): boolean =>
    options.header === 'from_first_file' ? path === headers.first : options.header !== 'no_header';
  const sample = await chooseSample(files);
  const seen = new SeenColumns(headers.names, options, keep);
  await lookAtRows(files, sample, options, hasHeader, (path, cells, quoted, head) =>
    seen.row(cells, quoted, fieldsOf(path, head.header, headers, options)),
  );
  const columns = seen.columns().map((column) => settle(column, sample, (name) => seen.isEmpty(name)));
  return {
    format,
    columns,
    typesHint: typesHint(sample, options),
    notices: [],
    readsAlike: () => headersAlike(files, headers, options),
    sampled: (name) => seen.kept(name),
    async *pieces(path, size): AsyncGenerator<TableSlice> {
      const file = await InputFile.open(files, path);
      try {
        const head = await readHead(file, format.encoding, format, hasHeader(path));
        const fields = fieldsOf(path, head.header, headers, options);
        let { start } = head;
        for await (const end of cuts({ file, start, end: head.end, encoding: format.encoding }, size, format)) {
          yield { kind: 'bytes', path, start, end, ...file.slice, ...(fields !== undefined && { fields }) };
          start = end;
        }
      } finally {
        await file.close();
      }
    },
  };
}

/**
 * What a sample cannot know. Nulls may turn up where they cost nothing; a column of nulls alone is text, which keeps whatever
 * turns up in it. An integer or boolean column stays without nulls: to allow for one would change its type in pandas.
 */
function settle(column: Column, { whole }: Sample, isEmpty: (name: string) => boolean): Column {
  if (whole) return column;
  if (isEmpty(column.name)) return { name: column.name, type: 'string', nullable: true };
  const anyNull = column.type === 'string' || column.type === 'float' || column.type === 'datetime';
  return anyNull ? { ...column, nullable: true } : column;
}

function typesHint({ whole }: Sample, options: DelimitedOptions): string {
  const from = whole ? 'Types come from all rows, as they were when the job was planned.' : 'Types come from a sample of the rows.';
  const decide =
    options.decides === 'mltable'
      ? 'column_type_overrides under infer_column_types decides them'
      : 'an MLTable over the file can decide them, by column_type_overrides under infer_column_types';
  return `${from} To decide otherwise: ${decide}.`;
}
