import { rmSync } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isErrno, messageOf } from '../../errors/thrown.ts';
import { type DataStore, StoreError } from '../stores/store.ts';
import { Turns } from './turns.ts';

export interface WantedFile {
  readonly store: DataStore;
  /** In the store. */
  readonly path: string;
  readonly version?: string;
  /** Where it is to be, relative to the folder of fetched files. */
  readonly local: string;
}

interface HeldFile {
  readonly there: Promise<void>;
  holders: number;
  bytes: number;
  /** The file is there and is ours: to be removed. */
  isMade: boolean;
}

/** Files that are fetched at the same time. */
const atOnce = 64;

/**
 * Files of stores on this machine's disk, while somebody needs them: who asks for one that is there shares it, and the last one to give it back
 * removes it. All of them together take about `space` bytes, but that whoever has none is never kept waiting.
 */
export class FetchedFiles {
  readonly #folder: string;
  readonly #space: number;
  readonly #held = new Map<string, HeldFile>();
  readonly #waiting: (() => void)[] = [];
  readonly #stop = new AbortController();
  readonly #turns = new Turns(atOnce);
  #bytes = 0;

  constructor(folder: string, space: number) {
    this.#folder = folder;
    this.#space = space;
    // Of an earlier life.
    rmSync(folder, { recursive: true, force: true });
  }

  /**
   * @param mayWait the asker has other files, which it will give back
   * @returns where the files are. Rejects with a StoreError that names the file; then none is held
   */
  async hold(files: readonly WantedFile[], mayWait: boolean): Promise<readonly string[]> {
    while (mayWait && this.#bytes >= this.#space) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const results = await Promise.allSettled(files.map((file) => this.#hold(file)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed === undefined) return files.map(({ local }) => join(this.#folder, local));
    this.release(files);
    throw failed.reason;
  }

  release(files: readonly WantedFile[]): void {
    for (const { local } of files) {
      const held = this.#held.get(local);
      if (held === undefined) continue;
      held.holders -= 1;
      if (held.holders > 0) continue;
      this.#held.delete(local);
      this.#bytes -= held.bytes;
      if (held.isMade) rmSync(join(this.#folder, local), { force: true });
    }
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error('nobody needs it any more'));
    await Promise.allSettled([...this.#held.values()].map(({ there }) => there));
    await rm(this.#folder, { recursive: true, force: true });
  }

  #hold(file: WantedFile): Promise<void> {
    const known = this.#held.get(file.local);
    if (known !== undefined) {
      known.holders += 1;
      return known.there;
    }
    const turn = this.#turns.take();
    const held: HeldFile = {
      holders: 1,
      bytes: 0,
      isMade: false,
      there: turn.then(() => this.#fetch(file, held)).finally(() => this.#turns.give()),
    };
    this.#held.set(file.local, held);
    return held.there;
  }

  async #fetch({ store, path, version, local }: WantedFile, held: HeldFile): Promise<void> {
    const { signal } = this.#stop;
    let handle: FileHandle | undefined;
    try {
      signal.throwIfAborted();
      if (!isFilePath(local)) throw new StoreError('unreadable', cannotBeNamed);
      handle = await create(join(this.#folder, local));
      held.isMade = true;
      for await (const bytes of store.stream(path, { signal, ...(version !== undefined && { version }) })) {
        await handle.write(bytes);
        held.bytes += bytes.length;
        this.#bytes += bytes.length;
      }
    } catch (error) {
      const reason = error instanceof StoreError ? error.reason : 'unreadable';
      throw new StoreError(reason, `${store.describe(path)}: it cannot be fetched: ${whyNoFile(error)}`, { cause: error });
    } finally {
      await handle?.close();
    }
  }
}

async function create(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'wx');
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    await mkdir(dirname(file), { recursive: true });
    return open(file, 'wx');
  }
}

const cannotBeNamed =
  'no file on this machine can be called like that (an empty name, `.`, `..`, or more than 255 bytes between two slashes)';

/** Whether the path of an object can be that of a file, below a folder and nowhere else. */
export function isFilePath(path: string): boolean {
  return path
    .split('/')
    .every((name) => name !== '' && name !== '.' && name !== '..' && !name.includes('\0') && Buffer.byteLength(name) <= 255);
}

/** In the words of somebody who sees objects. */
export function whyNoFile(error: unknown): string {
  if (isErrno(error, 'EISDIR', 'ENOTDIR', 'EEXIST')) return 'another object is called like a folder of it, or it like a folder of another';
  return messageOf(error);
}
