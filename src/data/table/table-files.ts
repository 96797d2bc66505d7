import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import nodePath from 'node:path';
import { join } from 'node:path/posix';
import { RequestError } from '../../errors/types.ts';
import { type FoundFile, type OpenFile, StoreError, type StoreFolder } from '../stores/store.ts';

import type { SplitInput, SplitSettings } from '../types.ts';

/** The files of one table. */
export interface TableFiles extends StoreFolder {
  readonly paths: readonly string[];
}

/** Takes what of an input's files has to be on this machine while it is planned. */
export function planningFolder({ name }: SplitInput, { scratch, lookOnly }: SplitSettings): string {
  return lookOnly === true ? nodePath.join(tmpdir(), `prl-look-${randomUUID()}`) : nodePath.join(scratch, name, 'far');
}

/** An open file of the input. What goes wrong with it is a RequestError that names it. */
export class InputFile {
  /** For messages. */
  readonly name: string;
  readonly size: number;
  readonly #file: OpenFile;

  private constructor(name: string, size: number, file: OpenFile) {
    this.name = name;
    this.size = size;
    this.#file = file;
  }

  static async open({ store, root }: TableFiles, path: string): Promise<InputFile> {
    const name = store.describe(join(root, path));
    const file = await store.open(join(root, path)).catch((error) => {
      throw fileProblem(error, name);
    });
    return new InputFile(name, sizeIn(file, name), file);
  }

  static async use<T>(files: TableFiles, path: string, use: (file: InputFile) => Promise<T>): Promise<T> {
    const file = await InputFile.open(files, path);
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  }

  /** What a slice says of the file, so that its bytes are never those of another version. */
  get slice(): { readonly version?: string } {
    const { version } = this.#file;
    return version === undefined ? {} : { version };
  }

  /** Fills `into` with the bytes from `at` on; how many there were. */
  async read(into: Uint8Array, at: number): Promise<number> {
    try {
      return await this.#file.read(into, at);
    } catch (error) {
      throw fileProblem(error, this.name);
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

export async function sizeOfFile(files: TableFiles, path: string): Promise<number> {
  return sizeIn(await lookAt(files, path), nameOf(files, path));
}

/** What a slice says of a file that is not opened here. */
export async function versionOfFile(files: TableFiles, path: string): Promise<{ readonly version?: string }> {
  const { version } = await lookAt(files, path);
  return version === undefined ? {} : { version };
}

function nameOf({ store, root }: TableFiles, path: string): string {
  return store.describe(join(root, path));
}

async function lookAt(files: TableFiles, path: string): Promise<FoundFile> {
  const { store, root } = files;
  const name = nameOf(files, path);
  const found = await store.stat(join(root, path)).catch((error) => {
    throw fileProblem(error, name);
  });
  if (found === undefined) throw fileProblem(new StoreError('missing', ''), name);
  if (found.kind !== 'file')
    throw fileProblem(new StoreError('unreadable', `it is ${found.kind === 'folder' ? 'a folder' : 'no file'}`), name);
  return found;
}

function sizeIn({ size }: { readonly size?: number }, name: string): number {
  if (size !== undefined) return size;
  throw fileProblem(
    new StoreError('unreadable', 'how long it is cannot be told before all of it was read, so it must be fetched first'),
    name,
  );
}

function fileProblem(error: unknown, file: string): unknown {
  if (!(error instanceof StoreError)) return error;
  const missing = error.reason === 'missing';
  return new RequestError({
    code: missing ? 'missing-file' : 'unreadable-file',
    message: missing ? 'The file does not exist.' : `The file cannot be read: ${error.message}.`,
    file,
  });
}
