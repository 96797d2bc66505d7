/**
 * Runs one parallel step from its beginning, or from where an earlier life of it stopped, to its end.
 * Data flows one way: planning → queue → dispatcher → recorder → thresholds, assembler, events.
 */
import { join } from 'node:path';
import { systemClock } from '../os/clock.ts';
import { Closers } from '../os/closers.ts';
import { entryHost } from '../workers/local/entry-host.ts';
import { LocalCompute } from '../workers/local/local-compute.ts';
import { openStep } from './open-step.ts';
import { outputDirectory } from './output-directory.ts';
import { prepareState, readFact, type StateFiles, stateFiles } from './record/state-files.ts';
import { StepRun } from './step-run.ts';
import type { ParallelResult, ParallelRun, RunControl } from './types.ts';

/**
 * @throws RequestError when the step could not be started as it is (a missing input, an entry script that is not there)
 */
export async function runParallelStep(run: ParallelRun, control: RunControl): Promise<ParallelResult> {
  const state = stateFiles(join(run.directory, 'state'));
  prepareState(state);
  const finished = readFact(state, 'finished');
  if (finished !== undefined) return { kind: 'completed', ...finished };
  const closers = new Closers();
  try {
    const compute = new LocalCompute(localStep(run, state));
    const parts = await openStep(run, control.emit, state, compute, closers);
    return await new StepRun(run, control, state, parts, compute, { clock: systemClock, sync: run.sync }).run();
  } finally {
    await closers.close();
  }
}

function localStep(run: ParallelRun, state: StateFiles): ConstructorParameters<typeof LocalCompute>[0] {
  const { settings, workingDirectory, entryScript, environmentVariables, workers, workersPerNode, gpus, reaper } = run;
  return {
    logs: join(run.directory, 'logs'),
    markers: state.markers,
    segments: state.segments,
    workingDirectory,
    entryScript,
    arguments: run.arguments,
    outputDirectory: outputDirectory(run),
    environmentVariables,
    loggingLevel: settings.loggingLevel,
    failOnShortReturn: settings.predefined.failOnShortReturn,
    host: entryHost(workingDirectory, entryScript, run.interpreter.python),
    workersPerNode,
    workers,
    gpus,
    reaper,
  };
}
