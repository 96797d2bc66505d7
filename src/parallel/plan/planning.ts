/** Planning, or what an earlier life of the step had planned. */
import { rmSync } from 'node:fs';
import { lookAtInputs, planInputs } from '../../data/plan.ts';
import type { Plan, Reader, SplitInput, SplitSettings } from '../../data/types.ts';
import { LastingError, RequestError } from '../../errors/types.ts';
import { type OnlyFact, readFact, type StateFiles, writeFact } from '../record/state-files.ts';
import type { ParallelRun } from '../types.ts';
import { Manifest } from './manifest.ts';
import { onlyOf } from './only.ts';
import { isRegroupedAway } from './regrouped.ts';

export interface Planning {
  readonly readers: readonly Reader[];
  readonly notices: readonly string[];
  readonly manifest: Manifest;
  /**
   * Cuts the input to its end, calling `cut` after each piece. Nothing happens where the manifest is complete already.
   * @throws RequestError
   */
  finish(cut: () => void, stop: AbortSignal): Promise<void>;
}

/** @throws RequestError where an earlier life had planned another input */
export async function beginPlanning(run: ParallelRun, state: StateFiles): Promise<Planning> {
  const readers = readFact(state, 'readers');
  const planned = readFact(state, 'planned');
  const complete = readers === undefined || planned === undefined ? undefined : Manifest.completed(state.manifest, planned);
  if (readers !== undefined && complete !== undefined && !isRegroupedAway(readers, state))
    return { readers, notices: [], manifest: complete, finish: async () => {} };
  complete?.close();
  // What was planned is lost or damaged, but for its count and checksum: nothing is handed out before they are met.
  if (planned !== undefined) rmSync(state.manifest, { force: true });
  rmSync(state.scratch, { recursive: true, force: true });
  const only = readFact(state, 'only');
  const plan = await splitInputs(run, state.scratch, only);
  writeFact(state, 'readers', plan.readers);
  const manifest = Manifest.begin(state.manifest);
  const finish = async (cut: () => void, stop: AbortSignal) => {
    for await (const chunk of plan.miniBatches) {
      if (stop.aborted) return;
      manifest.append(chunk);
      cut();
    }
    manifest.complete(planned);
    writeFact(state, 'planned', manifest.planned);
  };
  if (planned === undefined) return { readers: plan.readers, notices: plan.notices, manifest, finish };
  try {
    await finish(() => {}, new AbortController().signal);
  } catch (error) {
    manifest.close();
    throw error;
  }
  return { readers: plan.readers, notices: plan.notices, manifest, finish: async () => {} };
}

/**
 * @param scratch what regrouping by columns writes goes there
 * @param only what the step is limited to, in place of its window
 */
export async function splitInputs(run: Split, scratch: string, only?: OnlyFact): Promise<Plan> {
  try {
    if (only === undefined) return await planInputs(inputsOf(run), { ...settingsOf(run), scratch });
    const { window: _window, ...all } = settingsOf(run);
    return onlyOf(await planInputs(inputsOf(run), { ...all, scratch }), only, scratch);
  } catch (error) {
    const lasting = error instanceof RequestError && !error.problems.some(({ code }) => /^(missing|unreadable|unreachable)-/.test(code));
    throw lasting ? new LastingError(error.problems, { cause: error }) : error;
  }
}

/** What planning would refuse. @throws RequestError */
export function lookAtSplit(run: Split): Promise<void> {
  return lookAtInputs(inputsOf(run), settingsOf(run));
}

/** Before a job runs, its environment is not made yet, and there is no interpreter. */
export type Split = Pick<ParallelRun, 'inputs' | 'settings' | 'window'> & Partial<Pick<ParallelRun, 'interpreter'>>;

function inputsOf({ inputs, settings }: Split): readonly SplitInput[] {
  return inputs.map((input) => {
    const partitionFormat = settings.partitionFormats?.[input.name];
    return partitionFormat === undefined ? input : { ...input, partitionFormat };
  });
}

function settingsOf({ settings, window, interpreter }: Split): Omit<SplitSettings, 'scratch'> {
  const { miniBatchSize, partitionKeys, predefined } = settings;
  return {
    miniBatchSize,
    partitionKeys,
    rankMiniBatchCount: predefined.rankMiniBatchCount,
    ...(interpreter !== undefined && { python: interpreter.python }),
    ...(window !== undefined && { window }),
  };
}
