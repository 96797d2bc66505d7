/**
 * Runs one parallel step from its beginning, or from where an earlier life of it stopped, to its end.
 * Data flows one way: planning → queue → dispatcher → recorder → thresholds, assembler, events.
 */
import { join } from 'node:path';
import { RequestError } from '../errors/types.ts';
import { systemClock } from '../os/clock.ts';
import { Closers } from '../os/closers.ts';
import { LostRows } from '../workers/compute.ts';
import { openCompute } from './open-compute.ts';
import { openStep } from './open-step.ts';
import { prepareState, readFact, type StateFiles, stateFiles } from './record/state-files.ts';
import { StepRun } from './step-run.ts';
import { tellResult } from './tell/result.ts';
import { StepTeller } from './tell/step-teller.ts';
import type { ParallelResult, ParallelRun, RunControl } from './types.ts';

/**
 * @throws RequestError when the step could not be started as it is (a missing input, an entry script that is not there), or rows that
 * it has made do not stay what they are
 */
export async function runParallelStep(run: ParallelRun, control: RunControl): Promise<ParallelResult> {
  const state = stateFiles(join(run.directory, 'state'));
  prepareState(state);
  const finished = readFact(state, 'finished');
  if (finished !== undefined) return tellFinished(run, control, { kind: 'completed', ...finished });
  try {
    return await live(run, control, state, 'unsynced');
  } catch (error) {
    if (!(error instanceof LostRows)) throw error;
    const message = `${error.message}. All rows are checked now, and those that are lost are made again.`;
    control.emit({ type: 'notice', level: 'warning', step: run.step, message });
  }
  try {
    return await live(run, control, state, 'all');
  } catch (error) {
    if (!(error instanceof LostRows)) throw error;
    throw new RequestError(
      {
        code: 'lost-rows',
        message: `${error.message}, although all of them had been checked.`,
        hint: `Look after the disk that holds ${state.segments}, and resume the job.`,
      },
      { cause: error },
    );
  }
}

/** An earlier life came to the end, and was killed before all of that was told. */
async function tellFinished(run: ParallelRun, { emit }: RunControl, result: ParallelResult): Promise<ParallelResult> {
  const teller = new StepTeller(run.step, emit, join(run.directory, 'logs'), stateFiles(join(run.directory, 'state')).failures);
  tellResult(run, result, emit, teller.logs);
  await teller.close();
  return result;
}

/** One life of the step. @throws LostRows */
async function live(run: ParallelRun, control: RunControl, state: StateFiles, check: 'unsynced' | 'all'): Promise<ParallelResult> {
  const closers = new Closers();
  try {
    const compute = await openCompute(run, control, state, closers);
    const parts = await openStep(run, control.emit, state, compute, closers, check);
    const { broken } = compute;
    const kill = broken === undefined ? control.kill : AbortSignal.any([control.kill, broken]);
    const result = await new StepRun(run, { ...control, kill }, state, parts, compute, { clock: systemClock, sync: run.sync }).run();
    if (!control.kill.aborted && result.kind === 'interrupted') broken?.throwIfAborted();
    return result;
  } finally {
    await closers.close();
  }
}
