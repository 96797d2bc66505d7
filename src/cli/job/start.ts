/** What `create` and `resume` do once the job runs in a process of its own. */
import { packagesAsOf } from '../../environments/as-of.ts';
import { environmentKind } from '../../environments/kind.ts';
import { RequestError } from '../../errors/types.ts';
import { decidedEverywhere } from '../../language/computes.ts';
import { type ProcessContext, processContext } from '../../os/process-context.ts';
import type { RunStore } from '../../store/store.ts';
import { exitCodes, reportError, tell } from '../errors.ts';
import type { ResultOptions } from '../options.ts';
import type { ColourChoice } from '../terminal/capabilities.ts';
import { followJob } from './follow.ts';

export interface AfterStart extends ResultOptions {
  readonly stream?: boolean;
  readonly verbose?: boolean;
  readonly color?: ColourChoice;
  readonly environment?: string;
  readonly oversubscribe?: boolean;
  readonly strictEnvironment?: boolean;
  readonly packagesAsOf?: string;
}

/** Follows the job where that was asked for, then prints it. */
export async function afterStart(store: RunStore, name: string, options: AfterStart): Promise<number> {
  const code =
    options.stream === true
      ? await followJob(store, name, {
          ...(options.color !== undefined && { color: options.color }),
          ...(options.verbose === true && { prints: 'start' }),
        })
      : exitCodes.completed;
  await printJob(store, name, options);
  if (options.stream !== true) tell(`Job ${name} runs in the background. Follow it with: prl job stream --name ${name}`);
  return code;
}

export async function printJob(store: RunStore, name: string, options: ResultOptions): Promise<void> {
  // Most runs print nothing: they should not wait for what would.
  const [{ inspectJob }, { buildGraph }, { printResult }, { drawJob }] = await Promise.all([
    import('../../jobs/show.ts'),
    import('../../pipeline/graph/step-graph.ts'),
    import('../output/output.ts'),
    import('./show.ts'),
  ]);
  const { shown, state } = await inspectJob(store, name);
  await printResult(shown, options, () => drawJob(shown, state, buildGraph(store.jobs.spec(name))));
}

/**
 * `--environment` reaches every process of the job as `PARALLELRUN_ENVIRONMENT`, `--oversubscribe` as `PARALLELRUN_OVERSUBSCRIBE`.
 * @throws RequestError for an environment that does not exist
 */
export function contextFor({
  environment,
  oversubscribe,
  strictEnvironment,
  packagesAsOf: day,
}: Pick<AfterStart, 'environment' | 'oversubscribe' | 'strictEnvironment' | 'packagesAsOf'>): ProcessContext {
  const given = environment === undefined ? process.env : decidedEverywhere(process.env, 'PARALLELRUN_ENVIRONMENT', environment);
  const chosen = {
    ...(oversubscribe === true && { PARALLELRUN_OVERSUBSCRIBE: '1' }),
    ...(day !== undefined && { PARALLELRUN_PACKAGES_AS_OF: day }),
    ...(strictEnvironment === true && { PARALLELRUN_STRICT_ENVIRONMENT: '1' }),
  };
  const here = processContext({ ...given, ...chosen });
  environmentKind(here.environmentVariables.PARALLELRUN_ENVIRONMENT);
  packagesAsOf(here.environmentVariables);
  return here;
}

/** What the machine refuses once a job is stored does not make the request a wrong one: the job is there, and can be carried on with. */
export async function startStored(store: RunStore, name: string, start: () => Promise<number>): Promise<number> {
  try {
    return await start();
  } catch (error) {
    if (error instanceof RequestError || !store.jobs.has(name)) throw error;
    await reportError(error);
    tell(`The job is stored. Carry on with: prl job resume --name ${name}`);
    return exitCodes.failed;
  }
}
