/** What a store told of one place in it, so that whoever read that can say what it was. */
import { createHash, type Hash } from 'node:crypto';
import type { DataStore, Listed } from './store.ts';

/** Everything at a place: enough to tell it from what else could be there. */
export interface Seen {
  /** Of the names, sizes and versions of all its files. */
  readonly content: string;
  readonly files: number;
  readonly bytes: number;
  /** The version of each file, by its path; absent where there are many. */
  readonly versions?: Readonly<Record<string, string>>;
}

export interface Watched {
  readonly store: DataStore;
  /** As it was when it was last looked at as a whole; undefined: it was not, or something there has no version. */
  seen(): Promise<Seen | undefined> | Seen | undefined;
}

/** So many files are told one by one. */
const fewFiles = 200;

/** A store that notes, while somebody else lists or looks at `path`, what is there: nothing is asked for more. Its memory is bounded. */
export function watched(store: DataStore, path: string): Watched {
  let last: Seen | undefined;
  return {
    seen: () => last,
    store: {
      ...store,
      async stat(asked, signal) {
        const found = await store.stat(asked, signal);
        if (asked === path && found?.kind === 'file') {
          const sum = new Sum();
          sum.add({ path: '', ...found });
          last = sum.seen();
        }
        return found;
      },
      async *list(folder, signal) {
        const sum = folder === path ? new Sum() : undefined;
        for await (const files of store.list(folder, signal)) {
          for (const file of files) sum?.add(file);
          yield files;
        }
        if (sum !== undefined) last = sum.seen();
      },
    },
  };
}

/**
 * A store of which a table is read that names its files itself: all that lies at `path` was looked at before they were read, and is looked at again to say
 * what it was. Not told where the table names something outside, or where something changed between the two.
 */
export function watchedTable(store: DataStore, path: string): Watched & { look(): Promise<Seen | undefined> } {
  let before: Promise<Seen | undefined> | undefined;
  let strayed = false;
  const note = async (asked: string): Promise<void> => {
    strayed ||= path !== '' && asked !== path && !asked.startsWith(`${path}/`);
    before ??= look(store, path);
    await before;
  };
  return {
    look() {
      before = look(store, path);
      return before;
    },
    async seen() {
      if (strayed) return undefined;
      const was = await before;
      // What was read is read: that it cannot be looked at now is no failure.
      const is = await look(store, path).catch(() => undefined);
      return was?.content === is?.content ? is : undefined;
    },
    store: {
      ...store,
      async stat(asked, signal) {
        await note(asked);
        return store.stat(asked, signal);
      },
      async *list(folder, signal) {
        await note(folder);
        yield* store.list(folder, signal);
      },
    },
  };
}

/** What is there now; undefined: nothing, or something without a version. Rejects with a StoreError or a RequestError. */
export async function look(store: DataStore, path: string, signal?: AbortSignal): Promise<Seen | undefined> {
  const { store: noting, seen } = watched(store, path);
  if ((await noting.stat(path, signal))?.kind !== 'folder') return seen();
  for await (const _ of noting.list(path, signal)) {
    // It notes what passes.
  }
  return seen();
}

class Sum {
  readonly #hash: Hash = createHash('sha256');
  #files = 0;
  #bytes = 0;
  #isKnown = true;
  #versions: Record<string, string> | undefined = Object.create(null);

  add({ path, size = 0, version }: Listed): void {
    this.#files += 1;
    this.#bytes += size;
    if (version === undefined) this.#isKnown = false;
    this.#hash.update(`${path}\0${size}\0${version}\n`);
    if (this.#files > fewFiles) this.#versions = undefined;
    else if (this.#versions !== undefined) this.#versions[path] = `ETag ${version}`;
  }

  seen(): Seen | undefined {
    if (!this.#isKnown) return undefined;
    const versions = this.#versions;
    return { content: this.#hash.digest('hex'), files: this.#files, bytes: this.#bytes, ...(versions !== undefined && { versions }) };
  }
}
