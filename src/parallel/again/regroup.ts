/** The regrouped input of a step that has completed, for whoever looks at one of its mini-batches again. */
import { rmSync } from 'node:fs';
import { RequestError } from '../../errors/types.ts';
import { encodeDescriptor } from '../plan/manifest.ts';
import { splitInputs } from '../plan/planning.ts';
import { readFact, type StateFiles } from '../record/state-files.ts';
import type { ParallelRun } from '../types.ts';

/**
 * Writes those files again.
 * @param text the descriptor of the mini-batch that is wanted, as the step's manifest has it
 * @throws RequestError when the input is not what it was
 */
export async function regroupAgain(run: ParallelRun, state: StateFiles, index: number, text: string): Promise<void> {
  const plan = await splitInputs(run, state.scratch, readFact(state, 'only'));
  let at = 0;
  for await (const chunk of plan.miniBatches) {
    const wanted = chunk[index - at];
    if (wanted !== undefined && encodeDescriptor(wanted) === text) return;
    at += chunk.length;
  }
  rmSync(state.scratch, { recursive: true, force: true });
  throw new RequestError({
    code: 'input-changed',
    message: `The input of the step ${run.step} has changed since it ran: mini-batch ${index} is not what it was.`,
  });
}
