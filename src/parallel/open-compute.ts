/** Where the workers of a step live: on this machine, or on those of a cluster. */
import { dirname, join } from 'node:path';
import type { Closers } from '../os/closers.ts';
import { withMounts } from '../os/container/container.ts';
import type { Compute } from '../workers/compute.ts';
import { entryHost } from '../workers/local/entry-host.ts';
import { LocalCompute } from '../workers/local/local-compute.ts';
import { LogLimit, logLimitVariable, parseLogLimit } from '../workers/local/log-limit.ts';
import { openFetching } from './fetching.ts';
import { outputDirectory } from './output-directory.ts';
import type { StateFiles } from './record/state-files.ts';
import type { ParallelRun, RunControl } from './types.ts';

/** What is open when this throws is in `closers`, as it is later. @throws RequestError */
export async function openCompute(run: ParallelRun, control: RunControl, state: StateFiles, closers: Closers): Promise<Compute> {
  if (run.cluster !== undefined) {
    // Most steps run here, and do not wait for what speaks to others.
    const { openCluster } = await import('./open-cluster.ts');
    const opened = await openCluster(run, run.cluster, control, state);
    return closers.use(opened, (cluster) => cluster.close()).compute;
  }
  const fetching = await openFetching(run, state);
  if (fetching !== undefined) closers.use(fetching, (opened) => opened.close());
  const compute = new LocalCompute(localStep(run, state, fetching?.address));
  closers.use(printLimit(run, compute, control), (limit) => limit.close());
  return compute;
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
