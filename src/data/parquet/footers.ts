/** What Parquet files say of themselves, which stands at their end. */
import { rmSync } from 'node:fs';
import { join } from 'node:path/posix';
import { RequestError } from '../../errors/types.ts';
import { FetchedParts, type HoldPart } from '../fetch/fetched-parts.ts';
import { InputFile, type TableFiles } from '../table/table-files.ts';

/** A file as DuckDB finds it. */
export interface FooterFile {
  /** On this machine; of a file that is elsewhere perhaps no more than its footer is there. */
  readonly path: string;
  /** For messages. */
  readonly name: string;
  /** Of a file that is elsewhere. */
  readonly far?: { readonly size: number; readonly tail: number; readonly version?: string };
}

export interface Footers {
  of(path: string): Promise<FooterFile>;
  /** For files that are elsewhere: gets at their rows. */
  readonly hold?: HoldPart;
  close(): Promise<void>;
}

export function footersOnDisk({ root }: TableFiles): Footers {
  return {
    of: async (path) => ({ path: join(root, path), name: join(root, path) }),
    close: async () => {},
  };
}

/** Most footers fit into this; of a longer one the rest is asked for. */
const firstLook = 64 * 1024;
const magic = 'PAR1';
/** Behind a footer: its length and `PAR1`. */
const endLength = 8;
/** Bytes of rows that are kept on disk while the planner reads. */
const space = 512 * 1024 ** 2;

/** @param folder takes the footers, a file each, until it is closed; what an earlier life left in it goes */
export function farFooters(files: TableFiles, folder: string): Footers {
  const { store, root } = files;
  rmSync(folder, { recursive: true, force: true });
  const parts = new FetchedParts(join(folder, 'rows'), space);
  const footers = new FetchedParts(join(folder, 'footers'), Number.POSITIVE_INFINITY);
  const known = new Map<string, Promise<FooterFile>>();
  const read = async (path: string): Promise<FooterFile> => {
    const found = await readTail(files, path);
    const file = { store, path: join(root, path), ...(found.version !== undefined && { version: found.version }) };
    const { size, tail, version } = found;
    footers.know(file, tail, found.bytes);
    parts.know(file, tail, found.bytes);
    const held = await footers.hold(file, { size, tail, ranges: [] });
    return { path: held.path, name: found.name, far: { size, tail, ...(version !== undefined && { version }) } };
  };
  return {
    of(path) {
      const footer = known.get(path) ?? read(path);
      known.set(path, footer);
      return footer;
    },
    hold: (path, part, version) => parts.hold({ store, path, ...(version !== undefined && { version }) }, part),
    async close() {
      await Promise.all([parts.close(), footers.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Tail {
  readonly name: string;
  readonly size: number;
  /** Where the footer begins. */
  readonly tail: number;
  readonly bytes: Buffer;
  readonly version?: string;
}

/** Footer, its length and the mark. @throws RequestError that names the file where it is no Parquet */
function readTail(files: TableFiles, path: string): Promise<Tail> {
  return InputFile.use(files, path, async (file) => {
    const { name, size } = file;
    const from = Math.max(0, size - firstLook);
    const end = Buffer.alloc(size - from);
    const length = await file.read(end, from);
    if (length < endLength || end.toString('latin1', length - magic.length) !== magic) throw noParquet(name);
    const tail = size - endLength - end.readUInt32LE(length - endLength);
    if (tail < magic.length) throw noParquet(name);
    if (tail >= from) return { name, size, tail, bytes: end.subarray(tail - from), ...file.slice };
    const rest = Buffer.alloc(from - tail);
    await file.read(rest, tail);
    return { name, size, tail, bytes: Buffer.concat([rest, end]), ...file.slice };
  });
}

function noParquet(file: string): RequestError {
  return new RequestError({
    code: 'unreadable-parquet',
    message: 'The file cannot be read as Parquet: it does not end as a Parquet file does.',
    file,
    hint: 'It may be cut off, or not be Parquet at all.',
  });
}
