/** Takes the outputs of a finished step in place of running one. */
import { constants, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { copyTree } from '../../os/files.ts';
import type { StepFingerprint } from '../../store/fingerprints.ts';
import { dropEmpty } from '../bind/output-folders.ts';
import type { BoundOutput } from '../bind/outputs.ts';
import type { StepOutput } from '../steps/record.ts';

/** The outputs stay where they are, but for a place that the author chose: there they must stand. */
export function adoptOutputs(match: StepFingerprint, outputs: readonly BoundOutput[]): Readonly<Record<string, StepOutput>> {
  const adopted = outputs.flatMap((output) => {
    dropEmpty(output);
    const left = match.outputs[output.name];
    if (left === undefined) return [];
    if (!output.chosen || output.path === left.path) return [[output.name, { type: output.type, path: left.path }] as const];
    mkdirSync(dirname(output.path), { recursive: true });
    rmSync(output.path, { recursive: true, force: true });
    copyTree(left.path, output.path, { mode: constants.COPYFILE_FICLONE });
    return [[output.name, { type: output.type, path: output.path }] as const];
  });
  return Object.fromEntries(adopted);
}
