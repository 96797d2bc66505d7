/** What the engine keeps in a step's `state/` folder. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Reader, Slice } from '../../data/types.ts';
import type { StepSummary } from '../../events/types.ts';
import { type Found, factIn, isRecord, readFactFile, writeFactFile } from '../../os/facts.ts';
import { isParquetColumns, type ParquetColumns } from '../../workers/protocol/parquet-columns.ts';

export interface StateFiles {
  readonly directory: string;
  readonly manifest: string;
  readonly ledger: string;
  /** Failed attempts, as they were told. */
  readonly failures: string;
  /** Folder of the segments. */
  readonly segments: string;
  readonly markers: string;
  /** Rows in input order that are yet to become a Parquet file. */
  readonly rows: string;
  /** What regrouping by columns puts on disk. */
  readonly scratch: string;
  /** Files of mini-batches that are not on this machine, while they are worked on. */
  readonly fetched: string;
}

export function stateFiles(directory: string): StateFiles {
  return {
    directory,
    manifest: join(directory, 'manifest.jsonl'),
    ledger: join(directory, 'ledger.bin'),
    failures: join(directory, 'failures.jsonl'),
    segments: join(directory, 'segments'),
    markers: join(directory, 'markers'),
    rows: join(directory, 'rows.csv'),
    scratch: join(directory, 'scratch'),
    fetched: join(directory, 'fetched'),
  };
}

/** Small facts that a later life of the step must know; each is a file of its own. */
export interface Facts {
  /** How every worker reads the input. */
  readonly readers: readonly Reader[];
  /** The manifest is complete: so many mini-batches, in so many bytes with this CRC-32 (which version 0.1 did not note). */
  readonly planned: { readonly total: number; readonly length?: number; readonly crc?: number };
  /** The first line of the output. */
  readonly header: string;
  /** Of an output that is a Parquet file: all that its rows need. */
  readonly columns: ParquetColumns;
  /** What was listed of failed items beside the output: the list, and files of bad rows. */
  readonly listed: readonly string[];
  /** It does not run over all of its input. */
  readonly only: OnlyFact;
  /** The step completed: its output has its name. */
  readonly finished: { readonly summary: StepSummary; readonly output?: string };
}

/** The step runs over a part of another job's mini-batches. */
export interface OnlyFact {
  /** That job. */
  readonly of: string;
  /** How its step read the input, and which mini-batches are wanted, in order; absent: all. */
  readonly readers?: string;
  readonly miniBatches?: readonly {
    readonly index: number;
    /** Its descriptor there. */
    readonly text: string;
    /** Only these of its items. */
    readonly slice?: Slice;
  }[];
}

const isFact: { readonly [K in keyof Facts]: (value: unknown) => value is Facts[K] } = {
  readers: (value): value is Facts['readers'] => Array.isArray(value),
  planned: (value): value is Facts['planned'] => isRecord(value) && typeof value.total === 'number',
  header: (value): value is Facts['header'] => typeof value === 'string',
  columns: isParquetColumns,
  listed: (value): value is Facts['listed'] => Array.isArray(value) && value.every((file) => typeof file === 'string'),
  only: (value): value is OnlyFact => isRecord(value) && typeof value.of === 'string',
  finished: (value): value is Facts['finished'] => isRecord(value) && isRecord(value.summary),
};

export function writeFact<K extends keyof Facts>(state: StateFiles, name: K, fact: Facts[K]): void {
  writeFactFile(fileOf(state, name), fact);
}

/** Undefined where it is not there, or torn: then it is to be made again. */
export function readFact<K extends keyof Facts>(state: StateFiles, name: K): Facts[K] | undefined {
  return factIn(findFact(state, name));
}

/** How a step completed, for those who only look. @param directory its `state/` */
export function finishedRun(directory: string): Facts['finished'] | undefined {
  return readFact(stateFiles(directory), 'finished');
}

/** For facts that cannot be made again from others. */
export function findFact<K extends keyof Facts>(state: StateFiles, name: K): Found<Facts[K]> {
  return readFactFile(fileOf(state, name), isFact[name]);
}

export function removeFact(state: StateFiles, name: keyof Facts): void {
  rmSync(fileOf(state, name), { force: true });
}

function fileOf(state: StateFiles, name: keyof Facts): string {
  return join(state.directory, `${name}.json`);
}

/** Of a step that has not begun: what it is to run over. */
export function keepOnly(directory: string, only: OnlyFact): void {
  mkdirSync(directory, { recursive: true });
  writeFact(stateFiles(directory), 'only', only);
}

/** The job whose failed items the step is limited to. */
export function onlyRunOf(directory: string): string | undefined {
  return readFact(stateFiles(directory), 'only')?.of;
}

/** A step that had completed is open again: it goes on from its ledger when it is run the next time. Returns what takes that back. */
export function reopenRun(directory: string): () => void {
  const state = stateFiles(directory);
  const finished = readFact(state, 'finished');
  removeFact(state, 'finished');
  return () => {
    if (finished !== undefined) writeFact(state, 'finished', finished);
  };
}

/** Makes the folders. */
export function prepareState(state: StateFiles): void {
  for (const folder of [state.directory, state.segments, state.markers]) mkdirSync(folder, { recursive: true });
}
