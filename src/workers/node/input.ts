/** Turns descriptors into what `run` receives. */
import type { Reader, TableReader } from '../../data/types.ts';
import type { Descriptor } from '../protocol.ts';
import { slicePaths } from './context.ts';

export interface Loaded {
  /** What `run` receives. */
  readonly miniBatch: unknown;
  readonly items: number;
}

export class Input {
  readonly #readers: readonly Reader[];

  constructor(readers: readonly Reader[]) {
    this.#readers = readers;
  }

  /** Files at once; a table as a promise, because its bytes are fetched while something else runs. */
  load(descriptor: Descriptor): Loaded | Promise<Loaded> {
    const reader = this.#readers[descriptor[0]];
    if (reader === undefined || reader.kind !== 'table') {
      const paths = slicePaths(descriptor, reader);
      return { miniBatch: paths, items: paths.length };
    }
    return this.#loadTable(reader, descriptor);
  }

  isTable(descriptor: Descriptor): boolean {
    return this.#readers[descriptor[0]]?.kind === 'table';
  }

  async #loadTable(reader: TableReader, descriptor: Descriptor): Promise<Loaded> {
    throw new Error(`not yet ${reader.name} ${descriptor[0]}`);
  }
}
