/** Turns tasks into what `run` receives. */
import type { FetchClient, FilesOf } from '../../data/fetch/fetch-client.ts';
import type { TableSource } from '../../data/read/reader.ts';
import type { Reader, Slice, TableReader } from '../../data/types.ts';
import type { ItemRange } from '../protocol/messages.ts';
import type { Task } from '../protocol/wire.ts';
import { slicePaths } from './context.ts';

export interface Loaded {
  /** What `run` receives. */
  readonly miniBatch: unknown;
  readonly items: number;
  /** Where its files are, where that is not what the slice says. */
  readonly paths?: readonly string[];
}

/** Data that is here, but not yet in the form that `run` takes: that costs time which belongs to its own attempt. */
export interface Fetched {
  take(): Promise<Loaded>;
  /** Nobody needs it any more. */
  release(): void;
}

export class Input {
  readonly #readers: readonly Reader[];
  readonly #fetchAddress: string | undefined;
  readonly #sources = new Map<TableReader, Promise<TableSource>>();
  #client: Promise<FetchClient> | undefined;

  /** @param fetchAddress where the node fetches what is not on this machine */
  constructor(readers: readonly Reader[], fetchAddress: string | undefined) {
    this.#readers = readers;
    this.#fetchAddress = fetchAddress;
  }

  /** Files that are on this machine at once; what must be read or fetched as a promise, because it comes in while something else runs. */
  load({ reader: index, slice, part }: Task): Loaded | Promise<Fetched> {
    const reader = this.#readers[index];
    if (reader?.kind === 'table' && 'kind' in slice) return this.#read(index, reader, slice, part);
    if (reader?.kind === 'files' && reader.store !== undefined) return this.#fetch(index, reader.root, filesOf(slice, part));
    const paths = slicePaths(slice, reader, part);
    return { miniBatch: paths, items: paths.length };
  }

  takesTime({ reader: index }: Task): boolean {
    const reader = this.#readers[index];
    return reader?.kind === 'table' || (reader?.kind === 'files' && reader.store !== undefined);
  }

  async #read(index: number, reader: TableReader, slice: Slice, part: ItemRange | undefined): Promise<Fetched> {
    const source = await this.#open(index, reader);
    const raw = await source.prefetch(slice);
    return {
      async take() {
        const table = await raw.table(part);
        return { miniBatch: table, items: table.length };
      },
      release() {},
    };
  }

  async #fetch(index: number, root: string, files: FilesOf): Promise<Fetched> {
    const { paths, release } = await (await this.#node()).files(index, root, files);
    return { take: async () => ({ miniBatch: [...paths], items: paths.length, paths }), release };
  }

  #open(index: number, reader: TableReader): Promise<TableSource> {
    const open = this.#sources.get(reader) ?? this.#openReader(index, reader);
    this.#sources.set(reader, open);
    return open;
  }

  async #openReader(index: number, reader: TableReader): Promise<TableSource> {
    const { openReader } = await import('../../data/read/reader.ts');
    if (reader.store === undefined) return openReader(reader);
    const { storeOfNode } = await import('../../data/fetch/fetch-client.ts');
    const node = await this.#node();
    return openReader(reader, {
      store: storeOfNode(node, index, reader.store),
      hold: (path, part, version) => node.part(index, path, part, version),
    });
  }

  #node(): Promise<FetchClient> {
    this.#client ??= this.#connect();
    return this.#client;
  }

  async #connect(): Promise<FetchClient> {
    if (this.#fetchAddress === undefined) throw new Error('this worker was not told where its node fetches data');
    const { FetchClient } = await import('../../data/fetch/fetch-client.ts');
    return new FetchClient(this.#fetchAddress);
  }
}

function filesOf(slice: Task['slice'], part: ItemRange | undefined): FilesOf {
  const { paths, versions }: FilesOf = 'kind' in slice ? (slice.kind === 'files' ? slice : { paths: [] }) : { paths: slice };
  const own = <T>(all: readonly T[]): readonly T[] => (part === undefined ? all : all.slice(part.from, part.to));
  return { paths: own(paths), ...(versions !== undefined && { versions: own(versions) }) };
}
