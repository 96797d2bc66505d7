import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import type { FileStep } from '../mltable/model.ts';
import { createPace } from '../pace.ts';
import { DataError } from '../read/data-error.ts';
import type { Frame } from '../read/frame.ts';
import { openFrames, type RawFrame } from '../read/reader.ts';
import { disk } from '../stores/disk.ts';
import { cuts } from '../text/boundaries.ts';
import type { TableSlice } from '../types.ts';
import type { FormatPlan } from './format-plan.ts';
import { type PlannedTable, slicesOf } from './planned-table.ts';
import { randomRows } from './random.ts';
import { rowTextColumns, rowTextFormat, rowWriter } from './row-text.ts';
import { InputFile, type TableFiles } from './table-files.ts';
import type { TableSpec } from './table-spec.ts';

/** A step that needs the rows before it counted. */
export type RowCut = Exclude<FileStep, { op: 'partition_format' }>;

/** Bytes of the input that are turned into rows at once. */
const readSize = { kind: 'bytes', bytes: 1024 ** 2 } as const;
/** The same for Parquet, which is compressed. */
const readSizeParquet = { kind: 'bytes', bytes: 128 * 1024 } as const;

/**
 * Writes to disk the rows that such steps leave, a file for each file of the input. Reads no further than the last row that is taken.
 */
export async function materialize(table: PlannedTable, steps: readonly RowCut[], directory: string): Promise<Omit<TableSpec, 'steps'>> {
  await mkdir(directory, { recursive: true });
  const chosen = new RowChoice(steps);
  const paths: string[] = [];
  for (let file = 0; file < table.files.paths.length && !chosen.done; file += 1) {
    let handle: FileHandle | undefined;
    try {
      for await (const frame of framesOf(table, file)) {
        const text = chosen.rowsOf(frame);
        if (text !== '') {
          if (handle === undefined) {
            const name = `rows-${String(paths.length).padStart(6, '0')}.csv`;
            paths.push(name);
            handle = await open(join(directory, name), 'w');
          }
          await handle.appendFile(text);
        }
        if (chosen.done) break;
      }
    } finally {
      await handle?.close();
    }
  }
  const files: TableFiles = { store: disk, root: directory, paths };
  return { files, overrides: [], open: async () => materializedPlan(table, files), typesHint: table.reader.typesHint };
}

/** All rows of one file, piece by piece. */
export function framesOf(table: PlannedTable, file: number): AsyncGenerator<Frame> {
  return readOf(table, file, (raw) => raw.frame());
}

/** All pieces of one file, read so. */
export async function* readOf<T>(table: PlannedTable, file: number, read: (raw: RawFrame) => T | Promise<T>): AsyncGenerator<T> {
  const { hold } = table.plan;
  const source = await openFrames(table.reader, { store: table.files.store, ...(hold !== undefined && { hold }) });
  const pace = createPace();
  for await (const slice of slicesOf(table, file, table.plan.format.kind === 'parquet' ? readSizeParquet : readSize)) {
    try {
      yield await read(await source.prefetch(slice));
    } catch (error) {
      // There are no mini-batches yet that could fail: without this row nothing can be cut.
      throw error instanceof DataError ? new RequestError({ code: 'bad-data', message: error.message }, { cause: error }) : error;
    }
    if (pace.due()) await pace.pause();
  }
}

/** Which rows stay, counted over the whole table. */
class RowChoice {
  readonly #steps: readonly { keeps(): boolean; readonly done: boolean }[];

  constructor(steps: readonly RowCut[]) {
    this.#steps = steps.map((step) => {
      if (step.op === 'sample') return { keeps: randomRows(step.probability, step.seed), done: false };
      let left = step.count;
      const { op } = step;
      return {
        keeps: () => {
          left -= 1;
          return op === 'take' ? left >= 0 : left < 0;
        },
        get done() {
          return op === 'take' && left <= 0;
        },
      };
    });
  }

  /** No further row can stay. */
  get done(): boolean {
    return this.#steps.some((step) => step.done);
  }

  rowsOf(frame: Frame): string {
    const write = rowWriter(frame);
    let text = '';
    for (let row = 0; row < frame.length && !this.done; row += 1) {
      if (this.#steps.every((step) => step.keeps())) text += write(row);
    }
    return text;
  }
}

function materializedPlan({ reader, plan }: PlannedTable, files: TableFiles): FormatPlan {
  const columns = rowTextColumns(reader.outputColumns);
  return {
    format: rowTextFormat,
    columns,
    typesHint: reader.typesHint,
    notices: [],
    readsAlike: async () => true,
    sampled: (name) => (plan.format.kind === 'delimited' ? plan.sampled(name) : []),
    async *pieces(path, size): AsyncGenerator<TableSlice> {
      const file = await InputFile.open(files, path);
      try {
        let start = 0;
        for await (const cut of cuts({ file, start, end: file.size, encoding: 'utf-8' }, size, rowTextFormat)) {
          yield { kind: 'bytes', path, start, end: cut };
          start = cut;
        }
      } finally {
        await file.close();
      }
    },
  };
}
