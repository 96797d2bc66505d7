import { join } from 'node:path';
import type { HoldPart } from '../fetch/fetched-parts.ts';
import { openStore } from '../stores/open-store.ts';
import { type DataStore, StoreError } from '../stores/store.ts';
import type { Slice, TableReader, TableSlice } from '../types.ts';
import { DataError } from './data-error.ts';
import { delimitedParser } from './delimited.ts';
import { concatenate, type Frame, RowError, sliceOf } from './frame.ts';
import { jsonLinesParser } from './json-lines.ts';
import type { BytesSlice } from './line-error.ts';
import { Table } from './table.ts';
import { transform } from './transform/apply.ts';

/** Turns slices into tables, in a worker or while planning. */
export interface TableSource {
  /** Rejects with a DataError that says where the data is not what it was taken for. */
  read(slice: Slice): Promise<Table>;
  /** Gets the bytes or rows now and makes the table when it is asked for. */
  prefetch(slice: Slice): Promise<RawTable>;
}

export interface RawTable {
  /** @param rows only these; all that there are behind the first where the table ends before the last */
  table(rows?: { readonly from: number; readonly to: number }): Promise<Table>;
}

/** What the planner reads: frames know where their rows come from. */
export interface FrameSource {
  prefetch(slice: Slice): Promise<RawFrame>;
}

export interface RawFrame {
  /** Of one piece of a text file: what it is. */
  readonly bytes?: Buffer;
  frame(): Promise<Frame>;
}

/** How the data of a reader is got at, where that is known already. */
export interface Access {
  readonly store: DataStore;
  /** Default: each part is fetched when it is needed, and gone afterwards. */
  readonly hold?: HoldPart;
}

export async function openReader(reader: TableReader, access?: Access): Promise<TableSource> {
  const source = await openFrames(reader, access);
  const prefetch = async (slice: Slice): Promise<RawTable> => {
    const raw = await source.prefetch(slice);
    return {
      async table(rows) {
        const frame = await raw.frame();
        return new Table(rows === undefined ? frame : sliceOf(frame, rows.from, rows.to));
      },
    };
  };
  return { prefetch, read: async (slice) => (await prefetch(slice)).table() };
}

/** Files of one mini-batch that are open at the same time. */
const openAtOnce = 16;

interface FetchedSlice {
  readonly bytes?: Buffer;
  parse(): Frame | Promise<Frame>;
}

type FetchSlice = (slice: TableSlice) => Promise<FetchedSlice>;

export async function openFrames(reader: TableReader, access?: Access): Promise<FrameSource> {
  const fetch = await fetcher(reader, access ?? { store: await openStore(reader.store) });
  return {
    async prefetch(slice) {
      const slices = tableSlices(slice);
      const raws: FetchedSlice[] = [];
      for (let at = 0; at < slices.length; at += openAtOnce)
        raws.push(...(await Promise.all(slices.slice(at, at + openAtOnce).map(fetch))));
      const [only] = raws;
      return {
        ...(raws.length === 1 && only?.bytes !== undefined && { bytes: only.bytes }),
        async frame() {
          const frames: Frame[] = [];
          for (const [index, raw] of raws.entries()) {
            const origin = slices[index];
            if (origin !== undefined) frames.push(await finish(await raw.parse(), reader, origin));
          }
          return concatenate(frames, reader.outputColumns);
        },
      };
    },
  };
}

async function fetcher(reader: TableReader, { store, hold }: Access): Promise<FetchSlice> {
  if (reader.format.kind === 'parquet') {
    const [{ fetchRows }, { ShortTexts }] = await Promise.all([import('./parquet.ts'), import('./short-texts.ts')]);
    const texts = new ShortTexts();
    const holdPart = hold ?? (await import('../fetch/part-alone.ts')).partAlone(store);
    return async (slice) => {
      if (slice.kind !== 'rows') throw new DataError(`${slice.path}: Parquet is read by rows, not by bytes.`);
      return fetchRows(reader, slice, texts, holdPart);
    };
  }
  const parse =
    reader.format.kind === 'delimited' ? delimitedParser(reader, reader.format, store) : jsonLinesParser(reader, reader.format, store);
  return async (slice) => {
    if (slice.kind !== 'bytes') throw new DataError(`${slice.path}: text is read by bytes, not by rows.`);
    const bytes = await readBytes(store, reader.root, slice);
    return { bytes, parse: () => parse(bytes, slice) };
  };
}

async function finish(frame: Frame, reader: TableReader, slice: TableSlice): Promise<Frame> {
  try {
    const result = transform(frame, reader.transformations, { reader, slice });
    return { ...result, columns: reader.outputColumns };
  } catch (error) {
    throw error instanceof RowError ? await error.frame.locate(error.row, error.message) : error;
  }
}

function tableSlices(slice: Slice): readonly TableSlice[] {
  if (slice.kind === 'many') return slice.slices;
  if (slice.kind === 'bytes' || slice.kind === 'rows') return [slice];
  throw new DataError('This mini-batch is no piece of a table.');
}

async function readBytes(store: DataStore, root: string, { path, start, end, version }: BytesSlice): Promise<Buffer> {
  let bytes: Buffer;
  try {
    bytes = await store.read(join(root, path), start, end, version === undefined ? {} : { version });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new DataError(`${path}: it cannot be read: ${error.message}`, { cause: error });
  }
  if (bytes.length === end - start) return bytes;
  throw new DataError(`${path}: it ends before byte ${end}, which it had when it was planned. Did the file change?`);
}
