/** Takes the outputs of a finished step in place of running one. */
import { constants, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { copyTree } from '../../os/files.ts';
import type { StepFingerprint } from '../../store/fingerprints.ts';
import { dropEmpty } from '../bind/output-folders.ts';
import type { BoundOutput } from '../bind/outputs.ts';
import type { StepOutput } from '../steps/record.ts';

/** The outputs stay where they are, but for a place that the author chose: there they must stand. */
export function adoptedOutputs(match: StepFingerprint, outputs: readonly BoundOutput[]): Readonly<Record<string, StepOutput>> {
  const adopted = outputs.flatMap(({ name, type, chosen, path }) => {
    const left = match.outputs[name];
    return left === undefined ? [] : [[name, { type, path: chosen ? path : left.path }] as const];
  });
  return Object.fromEntries(adopted);
}

/** Brings them there. */
export function adoptOutputs(match: StepFingerprint, outputs: readonly BoundOutput[]): void {
  for (const output of outputs) {
    dropEmpty(output);
    const left = match.outputs[output.name];
    if (left === undefined || !output.chosen || output.path === left.path) continue;
    mkdirSync(dirname(output.path), { recursive: true });
    rmSync(output.path, { recursive: true, force: true });
    copyTree(left.path, output.path, { mode: constants.COPYFILE_FICLONE });
  }
}
