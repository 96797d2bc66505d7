/** Where the named outputs of a job are, as its pipeline bound them; what `prl job download` reads. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataType } from '../spec/types.ts';
import type { JobLayout } from './layout.ts';

export interface JobOutput {
  readonly type: DataType;
  /** Absolute: the folder, or the file itself for a `uri_file` or an append_row file. */
  readonly path: string;
}

export interface JobOutputs {
  /** The job's own outputs; of a standalone job those of its step. */
  readonly job: Readonly<Record<string, JobOutput>>;
  /** By the step's name as it stands in events (`outer.inner`), then by the output's. */
  readonly steps: Readonly<Record<string, Readonly<Record<string, JobOutput>>>>;
}

/** Replaces the whole record; a reader sees the old one or the new one. */
export function writeOutputs(layout: JobLayout, outputs: JobOutputs): void {
  const file = outputsFile(layout);
  writeFileSync(`${file}.new`, JSON.stringify(outputs));
  renameSync(`${file}.new`, file);
}

/** Nothing is recorded before the job's pipeline has bound its outputs. */
export function readOutputs(layout: JobLayout): JobOutputs {
  try {
    return JSON.parse(readFileSync(outputsFile(layout), 'utf8')) as JobOutputs;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { job: {}, steps: {} };
    throw error;
  }
}

function outputsFile(layout: JobLayout): string {
  return join(layout.directory, 'outputs.json');
}
