/** Data that was fetched whole, kept for whoever needs the same again: bounded, and never anything but what was fetched. */
import { createHash } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { chmod, copyFile, link, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isErrno } from '../../errors/thrown.ts';

/** Bytes that are kept where no other limit is set. */
export const defaultKept = 10 * 1024 ** 3;
/** A folder of more files is fetched anew: to look through it would take as long. */
const mostFiles = 100_000;
/** Files that are linked at the same time. */
const atOnce = 64;

interface Entry {
  /** What was fetched: a path as messages name it. */
  readonly address: string;
  readonly bytes: number;
  /** Path below the data, size and time of change: a file that somebody wrote to since is not what was fetched. */
  readonly files: readonly (readonly [path: string, size: number, modified: number])[];
}

/** Of this process: what is fetched now is waited for. */
const inWork = new Map<string, Promise<unknown>>();

export class KeptFiles {
  readonly #folder: string;
  readonly #space: number;

  /** @param space bytes; 0: nothing is kept */
  constructor(folder: string, space: number) {
    this.#folder = folder;
    this.#space = space;
  }

  get keepsNothing(): boolean {
    return this.#space <= 0;
  }

  /**
   * Puts what is kept of this content to `target`, else what `bring` brings there, and keeps that.
   * @param isWritten whoever reads it may write to it: then it gets a copy, else it shares files that nobody is to write to
   * @param bring whether what it brought is of just that content
   */
  async once(
    { address, content }: { readonly address: string; readonly content: string },
    target: string,
    isWritten: boolean,
    bring: () => Promise<boolean>,
  ): Promise<void> {
    const place = join(this.#folder, createHash('sha256').update(`${address}\n${content}`).digest('hex').slice(0, 40));
    const work = async (): Promise<void> => {
      if (await this.#take(place, target, isWritten)) return;
      if (await bring()) await this.#keep(place, address, target, isWritten);
    };
    const done = (inWork.get(place) ?? Promise.resolve()).then(work, work);
    inWork.set(place, done);
    try {
      await done;
    } finally {
      if (inWork.get(place) === done) inWork.delete(place);
    }
  }

  async #take(place: string, target: string, isWritten: boolean): Promise<boolean> {
    const entry = await readEntry(place);
    if (entry === undefined) return false;
    try {
      if (!(await isWhole(place, entry))) throw new Error('somebody has written to it');
      await laidOut(
        join(place, 'data'),
        target,
        entry.files.map(([path]) => path),
        isWritten,
      );
      const now = new Date();
      await utimes(place, now, now);
      return true;
    } catch {
      // Also where another process has just removed it: then it is fetched.
      await rm(place, { recursive: true, force: true });
      await rm(target, { recursive: true, force: true });
      return false;
    }
  }

  /** That it cannot be kept is nobody's loss. */
  async #keep(place: string, address: string, target: string, isWritten: boolean): Promise<void> {
    const part = `${place}.${process.pid}.tmp`;
    try {
      const paths = await filesBelow(target);
      if (paths === undefined) return;
      await laidOut(target, join(part, 'data'), paths, isWritten);
      const files = await Promise.all(
        paths.map(async (path) => {
          const file = join(part, 'data', path);
          await chmod(file, 0o444);
          const { size, mtimeMs } = await stat(file);
          return [path, size, mtimeMs] as const;
        }),
      );
      const bytes = files.reduce((sum, [, size]) => sum + size, 0);
      if (bytes > this.#space) return;
      const entry: Entry = { address, bytes, files };
      await writeFile(join(part, 'entry.json'), JSON.stringify(entry));
      await rm(place, { recursive: true, force: true });
      await rename(part, place);
      await this.#trim(place);
    } catch {
      // A full disk, a file system without links, or another process that was first.
    } finally {
      await rm(part, { recursive: true, force: true });
    }
  }

  /** What was not needed for longest goes. Whoever shares its files keeps them. */
  async #trim(newest: string): Promise<void> {
    const names = await readdir(this.#folder);
    const entries = await Promise.all(
      names.map(async (name) => {
        const place = join(this.#folder, name);
        const [entry, { mtimeMs }] = await Promise.all([readEntry(place), stat(place)]);
        return { place, bytes: entry?.bytes ?? 0, used: place === newest ? Number.POSITIVE_INFINITY : mtimeMs };
      }),
    );
    let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { place, bytes } of entries.toSorted((one, other) => one.used - other.used)) {
      if (total <= this.#space) return;
      await rm(place, { recursive: true, force: true });
      total -= bytes;
    }
  }
}

async function readEntry(place: string): Promise<Entry | undefined> {
  try {
    return JSON.parse(await readFile(join(place, 'entry.json'), 'utf8'));
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function isWhole(place: string, { files }: Entry): Promise<boolean> {
  const same = await Promise.all(
    files.map(async ([path, size, modified]) => {
      const found = await stat(join(place, 'data', path));
      return found.size === size && found.mtimeMs === modified;
    }),
  );
  return same.every(Boolean);
}

/** `''` for what is a file itself; undefined for more than are kept. */
async function filesBelow(root: string): Promise<readonly string[] | undefined> {
  if ((await stat(root)).isFile()) return [''];
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name).slice(root.length + 1)] : []));
  return files.length > mostFiles ? undefined : files;
}

/** It has its name only once all of it is there. */
async function laidOut(from: string, to: string, paths: readonly string[], isCopy: boolean): Promise<void> {
  const part = `${to}.linked`;
  await rm(part, { recursive: true, force: true });
  const folders = new Set(paths.map((path) => dirname(join(part, path))));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  let next = 0;
  const work = async (): Promise<void> => {
    for (let path = paths[next++]; path !== undefined; path = paths[next++]) {
      const [source, target] = [join(from, path), join(part, path)];
      if (!isCopy) await link(source, target);
      else {
        await copyFile(source, target, constants.COPYFILE_FICLONE);
        await chmod(target, 0o644);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (!existsSync(part)) await mkdir(part, { recursive: true });
  await rename(part, to);
}
