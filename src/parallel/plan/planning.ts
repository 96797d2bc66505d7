/** Planning, or what an earlier life of the step had planned. */
import { existsSync, rmSync } from 'node:fs';
import { lookAtInputs, planInputs } from '../../data/plan.ts';
import type { Plan, Reader, SplitInput, SplitSettings } from '../../data/types.ts';
import { LastingError, RequestError } from '../../errors/types.ts';
import { readFact, type StateFiles, writeFact } from '../record/state-files.ts';
import type { ParallelRun } from '../types.ts';
import { Manifest, type ManifestPrefix, readManifest } from './manifest.ts';

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

export async function beginPlanning(run: ParallelRun, state: StateFiles): Promise<Planning> {
  const readers = readFact(state, 'readers');
  if (readers !== undefined && readFact(state, 'planned') !== undefined) {
    return { readers, notices: [], manifest: Manifest.complete(state.manifest), finish: async () => {} };
  }
  rmSync(state.scratch, { recursive: true, force: true });
  const plan = await splitInputs(run, state.scratch);
  writeFact(state, 'readers', plan.readers);
  const manifest = Manifest.begin(state.manifest, earlierPrefix(state));
  return {
    readers: plan.readers,
    notices: plan.notices,
    manifest,
    async finish(cut, stop) {
      for await (const chunk of plan.miniBatches) {
        if (stop.aborted) return;
        manifest.append(chunk);
        cut();
      }
      manifest.verifyComplete();
      manifest.sync();
      writeFact(state, 'planned', { total: manifest.count });
    },
  };
}

/** What an interrupted planning had written: outcomes in the ledger may already name mini-batches of it. */
function earlierPrefix(state: StateFiles): ManifestPrefix | undefined {
  return existsSync(state.manifest) ? readManifest(state.manifest, () => undefined) : undefined;
}

/** @param scratch what regrouping by columns writes goes there */
export async function splitInputs(run: Split, scratch: string): Promise<Plan> {
  try {
    return await planInputs(inputsOf(run), { ...settingsOf(run), scratch });
  } catch (error) {
    const lasting = error instanceof RequestError && !error.problems.some(({ code }) => /^(missing|unreadable|unreachable)-/.test(code));
    throw lasting ? new LastingError(error.problems, { cause: error }) : error;
  }
}

/** What planning would refuse. @throws RequestError */
export function lookAtSplit(run: Split): Promise<void> {
  return lookAtInputs(inputsOf(run), settingsOf(run));
}

type Split = Pick<ParallelRun, 'inputs' | 'settings' | 'limit'>;

function inputsOf({ inputs, settings }: Split): readonly SplitInput[] {
  return inputs.map((input) => {
    const partitionFormat = settings.partitionFormats?.[input.name];
    return partitionFormat === undefined ? input : { ...input, partitionFormat };
  });
}

function settingsOf({ settings, limit }: Split): Omit<SplitSettings, 'scratch'> {
  const { miniBatchSize, partitionKeys, predefined } = settings;
  return { miniBatchSize, partitionKeys, rankMiniBatchCount: predefined.rankMiniBatchCount, ...(limit !== undefined && { limit }) };
}
