/** A step as its nodes in a cluster need to know it. */
import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { disk } from '../data/stores/disk.ts';
import { RequestError } from '../errors/types.ts';
import { entryLanguage } from '../language/entry-scripts.ts';
import { launcherIn } from '../launch/settings.ts';
import { stepKey } from '../launch/step-key.ts';
import { ownVersion } from '../os/version.ts';
import { ClusterCompute } from '../workers/cluster/cluster-compute.ts';
import type { StepOrder } from '../workers/cluster/messages.ts';
import type { Compute } from '../workers/compute.ts';
import { entryHost } from '../workers/local/entry-host.ts';
import { LocalSegments } from '../workers/local/local-segments.ts';
import { logLimitVariable, parseLogLimit } from '../workers/local/log-limit.ts';
import { pythonStartup } from '../workers/local/python-host.ts';
import { openFleet, stepLabel } from './open-fleet.ts';
import { outputDirectory } from './output-directory.ts';
import type { StateFiles } from './record/state-files.ts';
import type { ClusterRun, ParallelRun, RunControl } from './types.ts';

/** @throws RequestError when the cluster cannot be used for the step, or gives no machines */
export async function openCluster(
  run: ParallelRun,
  cluster: ClusterRun,
  control: RunControl,
  state: StateFiles,
): Promise<{ readonly compute: Compute; close(): Promise<void> }> {
  const { step, workingDirectory, entryScript, interpreter, directory, container } = run;
  const { place, what, inherited } = cluster;
  if (container !== undefined) {
    throw new RequestError({
      code: 'container-on-cluster',
      message: `The nodes of the compute ${place.name} run no containers yet.`,
      hint: 'Set environment: venv (or system) for the compute: packages that the job declares are then installed in the shared home.',
    });
  }
  const key = stepKey(directory);
  const startsAgents = launcherIn(inherited).type !== 'manual';
  const compute = await ClusterCompute.open(
    startsAgents ? { ...place, labels: [...place.labels, stepLabel(key)] } : place,
    {
      key,
      what,
      order: orderOf(run, cluster, state),
      segments: new LocalSegments(state.segments),
      program: entryHost(workingDirectory, entryScript, interpreter.python).file,
      version: ownVersion(),
      startsAgents,
      environmentVariables: inherited,
      notice: (level, message) => control.emit({ type: 'notice', level, step, message }),
    },
    control.kill,
  );
  try {
    const fleet = await openFleet(run, cluster, control, state, key);
    if (fleet !== undefined) compute.watchAgents(fleet.watch);
    // Agents leave at once when nothing of the step runs there any more.
    const close = async () => {
      await compute.close();
      await fleet?.close();
    };
    return { compute, close };
  } catch (error) {
    await compute.close();
    throw error;
  }
}

function orderOf(run: ParallelRun, { inherited, python }: ClusterRun, state: StateFiles): StepOrder {
  const { settings, inputs, workingDirectory, entryScript, environmentVariables } = run;
  const token = { file: join(state.directory, 'shared-folder'), text: randomBytes(12).toString('hex') };
  writeFileSync(token.file, token.text);
  const isFar = inputs.some(({ store = disk }) => store !== disk);
  const logLimit = parseLogLimit(environmentVariables[logLimitVariable]);
  return {
    directory: run.directory,
    token,
    logs: join(run.directory, 'logs'),
    segments: state.segments,
    workingDirectory,
    entryScript,
    arguments: run.arguments,
    outputDirectory: outputDirectory(run),
    inputs: [
      ...inputs.flatMap(({ path, store = disk }) => (store === disk ? [path] : [])),
      // Whatever else the script is told of: a model, a table to look things up in.
      ...run.arguments.filter((argument) => argument.startsWith('/') && existsSync(argument)),
    ],
    ...(isFar && { sources: inputs.map(({ name, store = disk }) => ({ name, place: store.place })) }),
    environmentVariables: ownVariables(environmentVariables, inherited),
    ...(entryLanguage(entryScript) === 'python' && { python: { path: run.interpreter.python, ...python } }),
    loggingLevel: settings.loggingLevel,
    failOnShortReturn: settings.predefined.failOnShortReturn,
    firstMiniBatch: run.window?.from ?? 0,
    ...(Number.isFinite(logLimit) && { logLimit }),
  };
}

/** What this machine has of its own says nothing to another, and may be a secret. Of the path for Python, what is ours is elsewhere there. */
function ownVariables(
  { PYTHONPATH = '', ...variables }: Readonly<Record<string, string>>,
  inherited: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const path = PYTHONPATH.split(delimiter)
    .filter((folder) => folder !== pythonStartup)
    .join(delimiter);
  const own = Object.entries(variables).filter(([name, value]) => inherited[name] !== value);
  return { ...Object.fromEntries(own), ...(path !== '' && path !== inherited.PYTHONPATH && { PYTHONPATH: path }) };
}
