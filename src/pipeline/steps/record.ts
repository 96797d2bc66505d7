/** What became of a step, on disk in its folder: what resume, downloads and later steps read. */
import { readFileSync } from 'node:fs';
import { isErrno } from '../../errors/thrown.ts';
import type { DataType } from '../../language/types.ts';
import { writeAtomically } from '../../os/files.ts';

export interface StepOutput {
  readonly type: DataType;
  /** Absolute: a folder, or the file itself for `uri_file`. */
  readonly path: string;
}

export interface StepRecord {
  readonly status: 'Running' | 'Completed' | 'Failed' | 'Canceled';
  readonly outputs: Readonly<Record<string, StepOutput>>;
  /** The job whose outputs these are. */
  readonly reusedFrom?: string;
  readonly exitCode?: number;
}

export function readRecord(path: string): StepRecord | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as StepRecord;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

export function writeRecord(path: string, record: StepRecord): void {
  writeAtomically(path, JSON.stringify(record));
}
