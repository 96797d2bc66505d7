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
    if (left === undefined) return [];
    const { address } = left;
    return [[name, { type, path: chosen ? path : left.path, ...(address !== undefined && { address }) }] as const];
  });
  return Object.fromEntries(adopted);
}

/** What is in an object store stays where it is: the output that would have to be somewhere else. */
export function elsewhere(match: StepFingerprint, outputs: readonly BoundOutput[]): string | undefined {
  return outputs.find(({ name, chosen, far }) => {
    const left = match.outputs[name];
    if (left === undefined || far?.isOwn === true) return false;
    return far === undefined ? chosen && left.address !== undefined : far.address !== left.address;
  })?.name;
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
