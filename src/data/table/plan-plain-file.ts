import { basename, dirname } from 'node:path';
import { pandasOptions } from '../delimited/options.ts';
import { planDelimited } from '../delimited/plan-delimited.ts';
import type { InputPlan } from '../input.ts';
import { planJsonLines } from '../json-lines/plan-json-lines.ts';
import { compilePartitionFormat } from '../partition-format.ts';
import { disk } from '../stores/disk.ts';
import type { SplitInput, SplitSettings } from '../types.ts';
import { formatOfFile, type PlainFormat } from './known-formats.ts';
import { planTable } from './plan-table.ts';
import type { TableFiles } from './table-files.ts';
import type { TableSpec } from './table-spec.ts';

/** Plans a plain file as a table: delimited text by pandas' rules, the other formats by what they say themselves. */
export function planPlainFile(input: SplitInput, settings: SplitSettings): Promise<InputPlan> {
  const { partitionFormat, store = disk, path } = input;
  const name = basename(path);
  const files: TableFiles = { store, root: path === name ? '' : dirname(path), paths: [name] };
  return planTable(input, settings, {
    files,
    open: opener(formatOfFile(input), files),
    overrides: [],
    steps: [],
    ...(partitionFormat === undefined
      ? {}
      : { partition: { format: compilePartitionFormat(partitionFormat), infer: false, first: false, atRead: true } }),
  });
}

function opener(format: PlainFormat, files: TableFiles): TableSpec['open'] {
  switch (format.kind) {
    case 'delimited':
      return (keep) => planDelimited(files, pandasOptions(format.delimiter), keep);
    case 'json_lines':
      return (keep) => planJsonLines(files, { encoding: 'utf-8', badRows: 'error' }, keep);
    case 'parquet':
      return async () => (await import('../parquet/plan-parquet.ts')).planParquet(files);
  }
}
