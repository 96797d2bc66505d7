/**
 * Runs one parallel step from its beginning, or from where an earlier life of it stopped, to its end.
 * Data flows one way: planning → queue → dispatcher → recorder → thresholds, assembler, events.
 */
import { join } from 'node:path';
import { prepareState, readFact, stateFiles } from './record/state-files.ts';
import { StepRun } from './step-run.ts';
import type { ParallelResult, ParallelRun, RunControl } from './types.ts';

/**
 * @throws RequestError when the step could not be started as it is (a missing input, an entry script that is not there)
 */
export async function runParallelStep(run: ParallelRun, control: RunControl): Promise<ParallelResult> {
  const state = stateFiles(join(run.directory, 'state'));
  const nextSegment = prepareState(state);
  const finished = readFact(state, 'finished');
  if (finished !== undefined) return { kind: 'completed', ...finished };
  const step = await StepRun.begin(run, control, state, nextSegment);
  return step.finished;
}
