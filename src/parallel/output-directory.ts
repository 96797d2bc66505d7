import { dirname } from 'node:path';
import type { ParallelRun } from './types.ts';

/** The folder that `AZUREML_BI_OUTPUT_PATH` names. */
export function outputDirectory({ output }: ParallelRun): string {
  return output.kind === 'append_row' ? dirname(output.file) : output.directory;
}
