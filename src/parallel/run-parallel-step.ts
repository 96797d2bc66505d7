/**
 * Runs one parallel step from its beginning, or from where an earlier life of it stopped, to its end.
 * Data flows one way: planning → queue → dispatcher → recorder → thresholds, assembler, events.
 */
import { dirname, join } from 'node:path';
import { RequestError } from '../errors/types.ts';
import { systemClock } from '../os/clock.ts';
import { Closers } from '../os/closers.ts';
import { withMounts } from '../os/container/container.ts';
import { LostRows } from '../workers/compute.ts';
import { entryHost } from '../workers/local/entry-host.ts';
import { LocalCompute } from '../workers/local/local-compute.ts';
import { LogLimit, logLimitVariable, parseLogLimit } from '../workers/local/log-limit.ts';
import { openFetching } from './fetching.ts';
import { openStep } from './open-step.ts';
import { outputDirectory } from './output-directory.ts';
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
    const fetching = await openFetching(run, state);
    if (fetching !== undefined) closers.use(fetching, (opened) => opened.close());
    const compute = new LocalCompute(localStep(run, state, fetching?.address));
    closers.use(printLimit(run, compute, control), (limit) => limit.close());
    const parts = await openStep(run, control.emit, state, compute, closers, check);
    return await new StepRun(run, control, state, parts, compute, { clock: systemClock, sync: run.sync }).run();
  } finally {
    await closers.close();
  }
}

function printLimit({ step, environmentVariables }: ParallelRun, compute: LocalCompute, { emit }: RunControl): LogLimit {
  const tell = (message: string) => emit({ type: 'notice', level: 'warning', step, message });
  return new LogLimit(parseLogLimit(environmentVariables[logLimitVariable]), () => compute.printing(), tell);
}

function localStep(run: ParallelRun, state: StateFiles, fetchAddress: string | undefined): ConstructorParameters<typeof LocalCompute>[0] {
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
    firstMiniBatch: run.window?.from ?? 0,
    host: entryHost(workingDirectory, entryScript, run.interpreter.python),
    workersPerNode,
    workers,
    gpus,
    reaper,
    ...(fetchAddress !== undefined && { fetchAddress }),
    ...(run.container !== undefined && {
      container: withMounts(run.container, fetchAddress === undefined ? [] : [dirname(fetchAddress)], true),
    }),
  };
}
