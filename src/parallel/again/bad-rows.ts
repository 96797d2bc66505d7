/** Rows that failed alone, in the format of the file that they are from: to be mended, and run again. */
import { mkdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { duckdb, sqlPath, sqlText } from '../../data/duckdb.ts';
import type { RowPlace } from '../../data/read/frame.ts';
import { openStore } from '../../data/stores/open-store.ts';
import type { TableReader } from '../../data/types.ts';
import { OpenFile } from '../../os/open-file.ts';
import type { Descriptor } from '../../workers/protocol/messages.ts';
import { isPaths } from '../plan/describe.ts';
import { readManifest } from '../plan/manifest.ts';
import type { StateFiles } from '../record/state-files.ts';
import type { FailedItem } from './failed-items.ts';

/** The bad rows of one file, in its order. */
interface Rows {
  readonly reader: TableReader;
  /** As slices name the file. */
  readonly path: string;
  readonly places: RowPlace[];
}

export class BadRows {
  readonly #folder: string;
  readonly #state: StateFiles;
  readonly #files = new Map<string, Rows>();

  constructor(folder: string, state: StateFiles) {
    this.#folder = folder;
    this.#state = state;
  }

  add({ reader, slice, place }: Required<FailedItem>['row']): void {
    // What regrouping wrote is no file of the user's.
    if (`${reader.root}/`.startsWith(`${this.#state.scratch}/`)) return;
    // Copied are files of this machine.
    if (reader.store !== undefined) return;
    const key = join(reader.root, slice.path);
    const rows = this.#files.get(key) ?? { reader, path: slice.path, places: [] };
    this.#files.set(key, rows);
    rows.places.push(place);
  }

  /** Where they will be: the file's own path in its input, below our folder. */
  get files(): readonly string[] {
    return [...this.#files.values()].map((rows) => this.#fileOf(rows));
  }

  async write(): Promise<void> {
    const heads = headsOf(this.#state.manifest, this.#files);
    for (const [key, rows] of this.#files) {
      const file = this.#fileOf(rows);
      mkdirSync(dirname(file), { recursive: true });
      rmSync(file, { force: true });
      if (rows.reader.format.kind === 'parquet') await writeParquet(file, key, rows);
      else await writeText(file, key, rows, heads.get(key) ?? 0);
    }
  }

  #fileOf({ reader, path }: Rows): string {
    return join(this.#folder, reader.root === '' ? basename(path) : path);
  }
}

/** Bytes of each file that stand before its first row: its header, as it is. */
function headsOf(manifest: string, files: ReadonlyMap<string, Rows>): ReadonlyMap<string, number> {
  const roots = new Set([...files.values()].map(({ reader }) => reader.root));
  const heads = new Map<string, number>();
  if (files.size === 0) return heads;
  readManifest(manifest, (text) => {
    const [, slice] = JSON.parse(text) as Descriptor;
    if (isPaths(slice)) return undefined;
    for (const piece of slice.kind === 'many' ? slice.slices : [slice]) {
      if (piece.kind !== 'bytes') continue;
      for (const root of roots) {
        const key = join(root, piece.path);
        if (files.has(key)) heads.set(key, Math.min(piece.start, heads.get(key) ?? piece.start));
      }
    }
    return undefined;
  });
  return heads;
}

const feed = 10;

async function writeText(file: string, source: string, { reader, places }: Rows, head: number): Promise<void> {
  const store = await openStore(reader.store);
  const out = new OpenFile(file, 'w');
  try {
    for (const { start, end } of [{ start: 0, end: head }, ...places]) {
      if (end === start) continue;
      const bytes = await store.read(source, start, end);
      out.write(bytes, bytes.length);
      // The last line of a file may have no end.
      if (!bytes.includes(feed, -2)) out.write(Buffer.from('\n'), 1);
    }
  } finally {
    out.close();
  }
}

async function writeParquet(file: string, source: string, { places }: Rows): Promise<void> {
  const numbers = places.map(({ start }) => start).join(', ');
  const rows = `SELECT * EXCLUDE (file_row_number) FROM read_parquet(${sqlPath(source)}, file_row_number = true) WHERE file_row_number IN (${numbers})`;
  await (await duckdb()).run(`COPY (${rows}) TO ${sqlText(file)} (FORMAT parquet)`);
}
