import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { isErrno } from '../../errors/thrown.ts';
import { type DataStore, type OpenFile, StoreError } from './store.ts';

/**
 * Brings a file of a store to this machine's disk, in bounded memory. It has its name only once all of it is there. What an earlier try left is gone
 * on with where the file is still the same by its version, and else begun again.
 * @param version of the file that is meant
 * @throws StoreError, a system error of the disk, or the signal's reason
 */
export async function fetchFile(store: DataStore, path: string, target: string, signal: AbortSignal, version?: string): Promise<void> {
  const part = `${target}.part`;
  const note = `${part}.version`;
  const file = await store.open(path, { signal, ...(version !== undefined && { version }) });
  try {
    const begun = await lengthBegun(part, note, file);
    if (begun === 0) {
      // In this order: a note is never of other bytes than those that it stands beside.
      await rm(part, { force: true });
      await writeFile(note, file.version ?? '');
    }
    const handle = await open(part, 'a');
    try {
      await append(file, begun, handle, signal);
    } finally {
      await handle.close();
    }
  } finally {
    await file.close();
  }
  await rename(part, target);
  await rm(note, { force: true });
}

async function append(file: OpenFile, begun: number, handle: FileHandle, signal: AbortSignal): Promise<void> {
  let length = begun;
  for await (const bytes of file.stream(begun)) {
    signal.throwIfAborted();
    await handle.appendFile(bytes);
    length += bytes.length;
  }
  if (file.size !== undefined && length !== file.size) {
    throw new StoreError('changed', `it had ${file.size} bytes, and ${length} came`);
  }
}

/** Bytes of this very version that are there already. */
async function lengthBegun(part: string, note: string, { version, size }: OpenFile): Promise<number> {
  if (version === undefined) return 0;
  try {
    if ((await readFile(note, 'utf8')) !== version) return 0;
    const { size: length } = await stat(part);
    return size !== undefined && length > size ? 0 : length;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return 0;
    throw error;
  }
}
