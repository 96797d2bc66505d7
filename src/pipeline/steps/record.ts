/** What became of a step, on disk in its folder: what resume, downloads and later steps read. */
import type { DataType } from '../../language/types.ts';
import { type Found, factIn, isRecord, readFactFile, writeFactFile } from '../../os/facts.ts';

export interface StepOutput {
  readonly type: DataType;
  /** Absolute: a folder, or the file itself for `uri_file`. */
  readonly path: string;
  /** Where it is in an object store, without what gives access; then nothing needs to be at `path` any more. */
  readonly address?: string;
  /** All of it was at `path`, too, when the step had completed. */
  readonly isHere?: true;
}

export interface StepRecord {
  readonly status: 'Running' | 'Completed' | 'Failed' | 'Canceled';
  readonly outputs: Readonly<Record<string, StepOutput>>;
  /** The step whose outputs these are: `JOB.STEP`. */
  readonly reusedFrom?: string;
  readonly exitCode?: number;
}

/** Where it is for people, and for whoever looks for it later. */
export function placeToTell({ address, path }: Pick<StepOutput, 'address' | 'path'>): string {
  return address ?? path;
}

/** Undefined where there is none, or a torn one: the step is run again, a parallel step from its ledger. */
export function readRecord(path: string): StepRecord | undefined {
  return factIn(findRecord(path));
}

export function findRecord(path: string): Found<StepRecord> {
  return readFactFile(path, isStepRecord);
}

export function writeRecord(path: string, record: StepRecord): void {
  writeFactFile(path, record, { durable: record.status !== 'Running' });
}

function isStepRecord(value: unknown): value is StepRecord {
  return isRecord(value) && typeof value.status === 'string' && isRecord(value.outputs);
}
