/** Where in a Parquet file its rows are. */
import { sqlPath, sqlText } from '../duckdb.ts';
import type { FilePart, TablePiece } from '../types.ts';
import { ask } from './ask.ts';
import type { FooterFile } from './footers.ts';

export interface RowGroup {
  readonly rows: number;
  /** Compressed, of all columns. */
  readonly bytes: number;
}

/** A row group of a file that is not on this machine. */
export interface FarGroup extends RowGroup {
  /** Of the columns that are wanted, in order. */
  readonly ranges: FilePart['ranges'];
}

export async function rowGroups(file: FooterFile): Promise<readonly RowGroup[]> {
  const groups = await ask(
    file,
    `SELECT any_value(row_group_num_rows)::DOUBLE AS rows, sum(total_compressed_size)::DOUBLE AS bytes FROM parquet_metadata(${sqlPath(file.path)}) GROUP BY row_group_id ORDER BY row_group_id`,
  );
  return groups.map(({ rows, bytes }) => ({ rows: Number(rows), bytes: Number(bytes) }));
}

/** A column's chunk begins with its dictionary, if it has one; some writers have 0 for none. */
const chunkStart = 'least(coalesce(nullif(dictionary_page_offset, 0), data_page_offset), data_page_offset)';

/** @param wanted columns; absent: all */
export async function farGroups(file: FooterFile, wanted: readonly string[] | undefined): Promise<readonly FarGroup[]> {
  const groups = await rowGroups(file);
  const isWanted = wanted === undefined ? 'true' : wanted.length === 0 ? 'false' : wanted.map(isColumn).join(' OR ');
  const chunks = await ask(
    file,
    `SELECT row_group_id::INTEGER AS "group", ${chunkStart}::DOUBLE AS "start", (${chunkStart} + total_compressed_size)::DOUBLE AS "end"
     FROM parquet_metadata(${sqlPath(file.path)}) WHERE ${isWanted} ORDER BY 1, 2`,
  );
  const ranges = groups.map((): [number, number][] => []);
  for (const { group, start, end } of chunks) addRange(ranges[Number(group)] ?? [], Number(start), Number(end));
  return groups.map((group, index) => ({ ...group, ranges: ranges[index] ?? [] }));
}

/** What is inside a column has its name in front, and a comma. */
function isColumn(name: string): string {
  return `path_in_schema = ${sqlText(name)} OR starts_with(path_in_schema, ${sqlText(`${name}, `)})`;
}

/** Stretches this near to one another are fetched as one. */
const nearby = 32 * 1024;

function addRange(ranges: [number, number][], start: number, end: number): void {
  const last = ranges.at(-1);
  if (last !== undefined && start - last[1] <= nearby) last[1] = Math.max(last[1], end);
  else ranges.push([start, end]);
}

/**
 * Rows of a file that is not on this machine. A row group of which other mini-batches have rows too is a part of its own, the same for all of them;
 * whole ones are fetched together.
 */
export function farRows(
  path: string,
  rows: { readonly start: number; readonly end: number },
  groups: readonly FarGroup[],
  { size, tail, version }: NonNullable<FooterFile['far']>,
): TablePiece {
  const slices: Extract<TablePiece, { kind: 'rows' }>[] = [];
  let whole: { start: number; end: number; ranges: [number, number][] } | undefined;
  const add = (start: number, end: number, ranges: FilePart['ranges']): void => {
    slices.push({ kind: 'rows', path, start, end, ...(version !== undefined && { version }), part: { size, tail, ranges } });
  };
  const addWhole = (): void => {
    if (whole !== undefined) add(whole.start, whole.end, whole.ranges);
    whole = undefined;
  };
  let first = 0;
  for (const { rows: count, ranges } of groups) {
    const start = Math.max(first, rows.start);
    const end = Math.min(first + count, rows.end);
    if (end - start === count && count > 0) {
      whole ??= { start, end, ranges: [] };
      whole.end = end;
      for (const [from, to] of ranges) addRange(whole.ranges, from, to);
    } else if (end > start) {
      addWhole();
      add(start, end, ranges);
    }
    first += count;
  }
  addWhole();
  const [only] = slices;
  return only !== undefined && slices.length === 1 ? only : { kind: 'many', slices };
}
