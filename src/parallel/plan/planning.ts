/** Planning, or what an earlier life of the step had planned. */
import { existsSync, rmSync } from 'node:fs';
import { planInputs } from '../../data/plan.ts';
import type { Plan, Reader } from '../../data/types.ts';
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
export function splitInputs(run: Pick<ParallelRun, 'inputs' | 'settings' | 'limit'>, scratch: string): Promise<Plan> {
  const { miniBatchSize, partitionKeys, partitionFormats, predefined } = run.settings;
  return planInputs(
    run.inputs.map((input) => {
      const partitionFormat = partitionFormats?.[input.name];
      return partitionFormat === undefined ? input : { ...input, partitionFormat };
    }),
    {
      miniBatchSize,
      partitionKeys,
      rankMiniBatchCount: predefined.rankMiniBatchCount,
      scratch,
      ...(run.limit !== undefined && { limit: run.limit }),
    },
  );
}
