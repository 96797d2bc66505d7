import { join } from 'node:path';
import { sqlPath } from '../duckdb.ts';
import { checkOnDisk } from '../stores/on-disk.ts';
import type { FormatPlan } from '../table/format-plan.ts';
import { type TableFiles, versionOfFile } from '../table/table-files.ts';
import type { TableSlice } from '../types.ts';
import { ask } from './ask.ts';
import { readColumns } from './columns.ts';

interface ParquetFile {
  readonly rows: number;
  readonly groups: readonly { readonly rows: number; readonly bytes: number }[];
}

/** Takes columns and types from the files themselves, and cuts them at row groups, or within these. */
export async function planParquet(files: TableFiles): Promise<FormatPlan> {
  const { store, root, paths } = files;
  checkOnDisk(store, join(root, paths[0] ?? ''), 'Parquet is');
  const found = await readColumns(root, paths);
  return {
    format: { kind: 'parquet' },
    columns: found.columns,
    typesHint: 'The types are those of the Parquet files.',
    notices: [],
    sampled: () => [],
    async *pieces(path, size): AsyncGenerator<TableSlice> {
      const version = await versionOfFile(files, path);
      const file = await readFile(join(root, path));
      const absent = found.absent.get(path);
      const ranges = size.kind === 'rows' ? evenRows(file.rows, size.rows) : cutRows(file, size.bytes);
      for (const { start, end } of ranges) {
        yield { kind: 'rows', path, start, end, ...version, ...(absent !== undefined && { absent }) };
      }
    },
  };
}

/** Row ranges of about `size` bytes of compressed data: whole row groups together while they are smaller, even parts of one that is larger. */
export function* cutRows(
  { groups }: Pick<ParquetFile, 'groups'>,
  size: number,
): Generator<{ readonly start: number; readonly end: number }> {
  let start = 0;
  let end = 0;
  let bytes = 0;
  for (const group of groups) {
    if (end > start && bytes + group.bytes > size) {
      yield { start, end };
      start = end;
      bytes = 0;
    }
    if (group.bytes <= size) {
      end += group.rows;
      bytes += group.bytes;
      continue;
    }
    const parts = Math.min(group.rows, Math.ceil(group.bytes / size));
    for (let part = 1; part <= parts; part += 1) {
      const to = end + Math.floor((group.rows * part) / parts);
      yield { start, end: to };
      start = to;
    }
    end += group.rows;
  }
  if (end > start) yield { start, end };
}

/** Just so many rows each, wherever row groups end. */
function* evenRows(rows: number, size: number): Generator<{ readonly start: number; readonly end: number }> {
  for (let start = 0; start < rows; start += size) yield { start, end: Math.min(rows, start + size) };
}

async function readFile(path: string): Promise<ParquetFile> {
  const groups = await ask(
    path,
    `SELECT any_value(row_group_num_rows)::DOUBLE AS rows, sum(total_compressed_size)::DOUBLE AS bytes FROM parquet_metadata(${sqlPath(path)}) GROUP BY row_group_id ORDER BY row_group_id`,
  );
  const found = groups.map(({ rows, bytes }) => ({ rows: Number(rows), bytes: Number(bytes) }));
  return { rows: found.reduce((sum, group) => sum + group.rows, 0), groups: found };
}
