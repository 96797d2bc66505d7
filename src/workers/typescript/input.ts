/** Turns tasks into what `run` receives. */
import type { TableSource } from '../../data/read/reader.ts';
import type { Reader, Slice, TableReader } from '../../data/types.ts';
import type { ItemRange } from '../protocol/messages.ts';
import type { Task } from '../protocol/wire.ts';
import { slicePaths } from './context.ts';

export interface Loaded {
  /** What `run` receives. */
  readonly miniBatch: unknown;
  readonly items: number;
}

/** Data that is here, but not yet in the form that `run` takes: that costs time which belongs to its own attempt. */
export type Fetched = () => Promise<Loaded>;

export class Input {
  readonly #readers: readonly Reader[];
  readonly #sources = new Map<TableReader, Promise<TableSource>>();

  constructor(readers: readonly Reader[]) {
    this.#readers = readers;
  }

  /** Files at once; a table as a promise, because its bytes are fetched while something else runs. */
  load({ reader: index, slice, part }: Task): Loaded | Promise<Fetched> {
    const reader = this.#readers[index];
    if (reader?.kind === 'table' && 'kind' in slice) return this.#fetch(reader, slice, part);
    const paths = slicePaths(slice, reader, part);
    return { miniBatch: paths, items: paths.length };
  }

  isTable({ reader }: Task): boolean {
    return this.#readers[reader]?.kind === 'table';
  }

  async #fetch(reader: TableReader, slice: Slice, part: ItemRange | undefined): Promise<Fetched> {
    const source = await this.#open(reader);
    const raw = await source.prefetch(slice);
    return async () => {
      const table = await raw.table(part);
      return { miniBatch: table, items: table.length };
    };
  }

  #open(reader: TableReader): Promise<TableSource> {
    const open = this.#sources.get(reader) ?? import('../../data/read/reader.ts').then(({ openReader }) => openReader(reader));
    this.#sources.set(reader, open);
    return open;
  }
}
