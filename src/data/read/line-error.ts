import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { TableReader, TableSlice } from '../types.ts';
import { DataError } from './data-error.ts';

export type BytesSlice = Extract<TableSlice, { kind: 'bytes' }>;

const blockLength = 1024 ** 2;

/** An error about the line that follows `before`, which is the slice's text up to it: `FILE:LINE: message`. */
export async function lineError(reader: TableReader, slice: BytesSlice, before: string, message: string): Promise<DataError> {
  const line = (await lineOfByte(reader, slice.path, slice.start)) + (before.match(/\n/g)?.length ?? 0);
  return new DataError(`${slice.path}:${line}: ${message}`);
}

/** The number, from 1, of the line that a byte is in: counted only now that there is an error to tell. */
export async function lineOfByte(reader: TableReader, path: string, offset: number): Promise<number> {
  const handle = await open(join(reader.root, path));
  try {
    const block = Buffer.allocUnsafe(blockLength);
    let line = 1;
    for (let at = 0; at < offset; ) {
      const { bytesRead } = await handle.read(block, 0, Math.min(blockLength, offset - at), at);
      if (bytesRead === 0) break;
      const bytes = block.subarray(0, bytesRead);
      for (let feed = bytes.indexOf(10); feed >= 0; feed = bytes.indexOf(10, feed + 1)) line += 1;
      at += bytesRead;
    }
    return line;
  } finally {
    await handle.close();
  }
}
