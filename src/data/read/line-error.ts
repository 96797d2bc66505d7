import { join } from 'node:path';
import type { StoreFolder } from '../stores/store.ts';
import type { TableSlice } from '../types.ts';
import { DataError } from './data-error.ts';

export type BytesSlice = Extract<TableSlice, { kind: 'bytes' }>;

const blockLength = 1024 ** 2;

/** An error about the line that follows `before`, which is the slice's text up to it: `FILE:LINE: message`. */
export async function lineError(files: StoreFolder, slice: BytesSlice, before: string, message: string): Promise<DataError> {
  const line = (await lineOfByte(files, slice.path, slice.start)) + (before.match(/\n/g)?.length ?? 0);
  return new DataError(`${slice.path}:${line}: ${message}`);
}

/** The number, from 1, of the line that a byte is in: counted only now that there is an error to tell. */
export async function lineOfByte({ store, root }: StoreFolder, path: string, offset: number): Promise<number> {
  const file = await store.open(join(root, path));
  try {
    const block = Buffer.allocUnsafe(blockLength);
    let line = 1;
    for (let at = 0; at < offset; ) {
      const bytes = block.subarray(0, await file.read(block.subarray(0, Math.min(blockLength, offset - at)), at));
      if (bytes.length === 0) break;
      for (let feed = bytes.indexOf(10); feed >= 0; feed = bytes.indexOf(10, feed + 1)) line += 1;
      at += bytes.length;
    }
    return line;
  } finally {
    await file.close();
  }
}
