import type { FormatPlan } from '../table/format-plan.ts';
import { type TableFiles, versionOfFile } from '../table/table-files.ts';
import type { TablePiece } from '../types.ts';
import { readColumns } from './columns.ts';
import { type Footers, farFooters, footersOnDisk } from './footers.ts';
import { farGroups, farRows, type RowGroup, rowGroups } from './row-groups.ts';

/**
 * Takes columns and types from the files themselves, and cuts them at row groups, or within these.
 * @param folder takes what is needed of files that are not on this machine, until the plan is closed
 */
export async function planParquet(files: TableFiles, folder: string): Promise<FormatPlan> {
  const footers = files.store.place.kind === 'disk' ? footersOnDisk(files) : farFooters(files, folder);
  try {
    return await planned(files, footers);
  } catch (error) {
    await footers.close();
    throw error;
  }
}

async function planned(files: TableFiles, footers: Footers): Promise<FormatPlan> {
  const found = await readColumns(footers, files.paths);
  return {
    format: { kind: 'parquet' },
    columns: found.columns,
    typesHint: 'The types are those of the Parquet files.',
    notices: [],
    sampled: () => [],
    async *pieces(path, size, wanted): AsyncGenerator<TablePiece> {
      const file = await footers.of(path);
      const { far } = file;
      const missing = found.absent.get(path);
      const absent = missing === undefined ? {} : { absent: missing };
      const cut = (groups: readonly RowGroup[]) => (size.kind === 'rows' ? evenRows(groups, size.rows) : cutRows({ groups }, size.bytes));
      if (far === undefined) {
        const version = await versionOfFile(files, path);
        for (const { start, end } of cut(await rowGroups(file))) yield { kind: 'rows', path, start, end, ...version, ...absent };
        return;
      }
      const groups = await farGroups(file, wanted);
      for (const rows of cut(groups)) {
        const piece = farRows(path, rows, groups, far);
        yield piece.kind === 'many'
          ? { ...piece, slices: piece.slices.map((slice) => ({ ...slice, ...absent })) }
          : { ...piece, ...absent };
      }
    },
    ...(footers.hold !== undefined && { hold: footers.hold }),
    close: () => footers.close(),
  };
}

/** Row ranges of about `size` bytes of compressed data: whole row groups together while they are smaller, even parts of one that is larger. */
export function* cutRows(
  { groups }: { readonly groups: readonly RowGroup[] },
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
function* evenRows(groups: readonly RowGroup[], size: number): Generator<{ readonly start: number; readonly end: number }> {
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  for (let start = 0; start < rows; start += size) yield { start, end: Math.min(rows, start + size) };
}
