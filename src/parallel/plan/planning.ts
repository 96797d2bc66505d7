/** Planning, or what an earlier life of the step had planned. */
import { rmSync } from 'node:fs';
import { planInputs } from '../../data/plan.ts';
import type { Plan, Reader } from '../../data/types.ts';
import { readFact, type StateFiles, writeFact } from '../record/state-files.ts';
import type { ParallelRun } from '../types.ts';
import { Manifest } from './manifest.ts';

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
  if (readers !== undefined && complete !== undefined) return { readers, notices: [], manifest: complete, finish: async () => {} };
  // What was planned is lost or damaged, but for its count and checksum: nothing is handed out before they are met.
  if (planned !== undefined) rmSync(state.manifest, { force: true });
  rmSync(state.scratch, { recursive: true, force: true });
  const plan = await splitInputs(run, state.scratch);
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
