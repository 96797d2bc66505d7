import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { isErrno, messageOf } from '../../errors/thrown.ts';
import { type DataStore, type Found, type Listed, type OpenFile, StoreError } from './store.ts';

export const changedMessage = 'it has changed since it was planned. Let it be while a job reads it, and start a new job';

/** Bytes of a stream's pieces. */
const pieceLength = 1024 ** 2;

/** This machine's disk; paths are absolute. A read is what the system does at once, so signals are not listened to. */
export const disk: DataStore = {
  place: { kind: 'disk' },

  async *list(folder): AsyncGenerator<readonly Listed[]> {
    // Workers never list.
    const { walk } = await import('./walk.ts');
    yield* walk(folder);
  },

  async stat(path): Promise<Found | undefined> {
    try {
      const found = await stat(path, { bigint: true });
      if (found.isFile()) return { kind: 'file', size: Number(found.size), version: versionOf(found) };
      return { kind: found.isDirectory() ? 'folder' : 'other' };
    } catch (error) {
      if (isNotThere(error)) return undefined;
      throw storeError(error);
    }
  },

  async read(path, start, end, { version } = {}) {
    return usingFile(path, async (handle) => {
      const bytes = Buffer.allocUnsafe(Math.max(0, end - start));
      await checkVersion(handle, version);
      const length = await fill(handle, bytes, start);
      await checkVersion(handle, version);
      return length === bytes.length ? bytes : bytes.subarray(0, length);
    });
  },

  async *stream(path, options) {
    const file = await disk.open(path, options);
    try {
      yield* file.stream(0);
    } finally {
      await file.close();
    }
  },

  async open(path, { version } = {}) {
    try {
      const handle = await open(path);
      try {
        const found = await handle.stat({ bigint: true });
        if (found.isDirectory()) throw new StoreError('unreadable', 'it is a folder');
        if (version !== undefined && version !== versionOf(found)) throw changed();
        return new DiskFile(handle, Number(found.size), versionOf(found));
      } catch (error) {
        await handle.close();
        throw error;
      }
    } catch (error) {
      throw storeError(error);
    }
  },

  describe: (path) => path,
};

class DiskFile implements OpenFile {
  readonly size: number;
  readonly version: string;
  readonly #handle: FileHandle;

  constructor(handle: FileHandle, size: number, version: string) {
    this.#handle = handle;
    this.size = size;
    this.version = version;
  }

  async read(into: Uint8Array, at: number): Promise<number> {
    try {
      return await fill(this.#handle, into, at);
    } catch (error) {
      throw storeError(error);
    }
  }

  async *stream(at: number): AsyncGenerator<Uint8Array> {
    for (let next = at; ; ) {
      const piece = Buffer.allocUnsafe(pieceLength);
      const length = await this.read(piece, next);
      if (length === 0) return;
      yield piece.subarray(0, length);
      next += length;
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

async function usingFile<T>(path: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  try {
    const handle = await open(path);
    try {
      return await use(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw storeError(error);
  }
}

async function fill(handle: FileHandle, into: Uint8Array, at: number): Promise<number> {
  let length = 0;
  while (length < into.length) {
    const { bytesRead } = await handle.read(into, length, into.length - length, at + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}

/** A file that was replaced or written to is another one. Python's `slices.py` makes the same text. */
function versionOf({ ino, size, mtimeNs }: BigIntStats): string {
  return `${ino}-${size}-${mtimeNs}`;
}

async function checkVersion(handle: FileHandle, version: string | undefined): Promise<void> {
  if (version !== undefined && version !== versionOf(await handle.stat({ bigint: true }))) throw changed();
}

const changed = (): StoreError => new StoreError('changed', changedMessage);

/** Only these mean that nothing is there: a folder without rights or too many open files are other things. */
function isNotThere(error: unknown): boolean {
  return isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR');
}

function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const reason = isNotThere(error) ? 'missing' : 'unreadable';
  return new StoreError(reason, messageOf(error), { cause: error });
}
