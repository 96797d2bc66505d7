import { join } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import { queryRows, sqlName, sqlPath } from '../duckdb.ts';
import { firstLine } from '../read/parquet.ts';
import { checkOnDisk } from '../stores/on-disk.ts';
import type { FormatPlan } from '../table/format-plan.ts';
import { type TableFiles, versionOfFile } from '../table/table-files.ts';
import type { Column, TableSlice } from '../types.ts';
import { parquetType } from './types.ts';

/** Files whose footers are looked at with one query. */
const filesPerQuery = 200;

interface ParquetFile {
  readonly rows: number;
  readonly groups: readonly { readonly rows: number; readonly bytes: number }[];
}

/** Takes columns and types from the files themselves, and cuts them at row groups, or within these. */
export async function planParquet(files: TableFiles): Promise<FormatPlan> {
  const { store, root, paths } = files;
  checkOnDisk(store, join(root, paths[0] ?? ''), 'Parquet is');
  const columns = paths.length === 0 ? [] : await readColumns(root, paths);
  return {
    format: { kind: 'parquet' },
    columns,
    typesHint: 'The types are those of the Parquet files.',
    notices: [],
    sampled: () => [],
    async *pieces(path, size): AsyncGenerator<TableSlice> {
      const version = await versionOfFile(files, path);
      const file = await readFile(join(root, path));
      const ranges = size.kind === 'rows' ? evenRows(file.rows, size.rows) : cutRows(file, size.bytes);
      for (const { start, end } of ranges) yield { kind: 'rows', path, start, end, ...version };
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

interface FoundColumn {
  readonly name: string;
  readonly duckdbType: string;
}

async function readColumns(root: string, files: readonly string[]): Promise<readonly Column[]> {
  const [first = ''] = files;
  const columns = await describe(join(root, first));
  for (const path of files.slice(1)) checkSame(join(root, path), await describe(join(root, path)), columns, first);
  const nulls = new Map<string, boolean>();
  const wide = new Map<string, boolean>();
  for (let at = 0; at < files.length; at += filesPerQuery) {
    await lookAtStatistics(
      files.slice(at, at + filesPerQuery).map((path) => join(root, path)),
      columns,
      nulls,
      wide,
    );
  }
  return columns.map(({ name, duckdbType }) => {
    const { type, wide: wideType } = parquetType(duckdbType);
    return { name, type: wideType !== undefined && wide.get(name) === true ? wideType : type, nullable: nulls.get(name) ?? true };
  });
}

async function describe(path: string): Promise<readonly FoundColumn[]> {
  const rows = await ask(path, `DESCRIBE SELECT * FROM read_parquet(${sqlPath(path)})`);
  return rows.map(({ column_name, column_type }) => ({ name: String(column_name), duckdbType: String(column_type) }));
}

function checkSame(path: string, found: readonly FoundColumn[], expected: readonly FoundColumn[], first: string): void {
  for (const { name, duckdbType } of expected) {
    const other = found.find((column) => column.name === name);
    if (other !== undefined && parquetType(other.duckdbType).type === parquetType(duckdbType).type) continue;
    const has =
      other === undefined ? `has no column ${JSON.stringify(name)}` : `has ${other.duckdbType} in the column ${JSON.stringify(name)}`;
    throw new RequestError({ code: 'different-columns', message: `It ${has}, which in ${first} is ${duckdbType}.`, file: path });
  }
  const surplus = found.find(({ name }) => !expected.some((column) => column.name === name));
  if (surplus === undefined) return;
  throw new RequestError({
    code: 'different-columns',
    message: `It has a column ${JSON.stringify(surplus.name)}, which ${first} has not.`,
    file: path,
  });
}

/** Nulls and wide integers: from the statistics in the footers, else from the data. */
async function lookAtStatistics(
  paths: readonly string[],
  columns: readonly FoundColumn[],
  nulls: Map<string, boolean>,
  wide: Map<string, boolean>,
): Promise<void> {
  const list = `[${paths.map(sqlPath).join(', ')}]`;
  const [path = ''] = paths;
  const statistics = await ask(
    path,
    `SELECT path_in_schema AS name, sum(stats_null_count)::DOUBLE AS nulls, count(*) = count(stats_null_count) AS counted,
       min(TRY_CAST(stats_min_value AS HUGEINT))::DOUBLE AS least, max(TRY_CAST(stats_max_value AS HUGEINT))::DOUBLE AS greatest,
       count(*) = count(stats_max_value) AS bounded
     FROM parquet_metadata(${list}) GROUP BY path_in_schema`,
  );
  const known = new Map(statistics.map((row) => [String(row.name), row]));
  for (const { name, duckdbType } of columns) {
    const found = known.get(name);
    const isCounted = found?.counted === true;
    nulls.set(name, (nulls.get(name) ?? false) || !isCounted || Number(found.nulls) > 0);
    if (parquetType(duckdbType).wide === undefined) continue;
    const isBounded = found?.bounded === true && found.least !== null;
    const bounds = isBounded
      ? found
      : (
          await ask(
            path,
            `SELECT min(${sqlName(name)})::DOUBLE AS least, max(${sqlName(name)})::DOUBLE AS greatest FROM read_parquet(${list})`,
          )
        )[0];
    const isWide = Number(bounds?.least ?? 0) < Number.MIN_SAFE_INTEGER || Number(bounds?.greatest ?? 0) > Number.MAX_SAFE_INTEGER;
    wide.set(name, (wide.get(name) ?? false) || isWide);
  }
}

async function ask(path: string, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  try {
    return await queryRows(sql);
  } catch (error) {
    throw new RequestError({
      code: 'unreadable-parquet',
      message: `The file cannot be read as Parquet: ${firstLine(error)}.`,
      file: path,
      hint: 'It may be cut off, or not be Parquet at all.',
    });
  }
}
