import { JobFailure, RequestError } from '../errors/types.ts';
import { entryLanguage } from '../language/entry-scripts.ts';
import type { ParallelStep } from '../language/types.ts';
import { type DebugResult, debugMiniBatch as debugInStep } from '../parallel/again/debug-mini-batch.ts';
import type { ParallelRun } from '../parallel/types.ts';
import { bindInputs } from '../pipeline/bind/inputs.ts';
import { macrosOf } from '../pipeline/bind/outputs.ts';
import { resolver } from '../pipeline/bind/render.ts';
import { stageInput } from '../pipeline/bind/stage.ts';
import { stepEnvironment } from '../pipeline/bind/step-environment.ts';
import { type JobContext, outputOf } from '../pipeline/context.ts';
import type { GraphStep } from '../pipeline/graph/graph.ts';
import { prepareJob } from '../pipeline/prepare.ts';
import { parallelRun } from '../pipeline/steps/parallel-step.ts';
import type { RunStore } from '../store/store.ts';

export interface DebugRequest {
  readonly miniBatch: number;
  /** Needed where the job has several parallel steps. */
  readonly step?: string;
}

/**
 * Runs one mini-batch of a stored job again, in this terminal, under the debugger of its language, with the same arguments
 * and data. The job's own state and outputs stay as they are.
 * @param told is called with what is run, before the script starts
 * @throws RequestError when there is no such job, step or mini-batch
 */
export async function debugMiniBatch(
  store: RunStore,
  name: string,
  { miniBatch, step }: DebugRequest,
  told: (what: string) => void,
): Promise<DebugResult> {
  const job = store.jobs.get(name);
  const spec = store.jobs.specToRun(job.name);
  const never = new AbortController().signal;
  const context = await prepareJob(
    { name: job.name, spec, layout: store.layout(job.name), home: store.home, ...(job.limit !== undefined && { limit: job.limit }) },
    store.assets,
    { emit: (event) => event.type === 'notice' && told(event.message), drain: never, kill: never },
  );
  const node = parallelStep(context, step);
  const reusedFrom = context.records.get(node.name)?.reusedFrom;
  if (reusedFrom !== undefined) {
    throw new RequestError({
      code: 'reused-step',
      message: `The step ${node.name} of job ${job.name} did not run: its outputs are those of job ${reusedFrom}.`,
      hint: `Debug that one: prl job debug --name ${reusedFrom} --mini-batch ${miniBatch}`,
    });
  }
  const run = await bindAgain(node, context);
  return debugInStep(run, miniBatch, (what) => {
    told(`${node.name}, mini-batch ${miniBatch}: ${what}`);
    const isPython = entryLanguage(run.entryScript) === 'python';
    told(isPython ? 'The script runs in pdb, here.' : 'The script waits until a debugger is attached (chrome://inspect, or your editor).');
  });
}

type ParallelNode = GraphStep & { readonly step: ParallelStep };

function parallelStep({ graph, job }: JobContext, name: string | undefined): ParallelNode {
  const nodes = [...graph.steps.values()].filter((node): node is ParallelNode => node.step.type === 'parallel');
  const names = nodes.map((node) => node.name).join(', ');
  const [only, ...others] = name === undefined ? nodes : nodes.filter((node) => node.name === name);
  if (only === undefined) {
    const has = names === '' ? 'it has no parallel steps' : `its parallel steps are ${names}`;
    throw new RequestError({
      code: 'unknown-step',
      message: `Job ${job.name} has no parallel step ${name ?? ''}: ${has}.`.replace('  ', ' '),
    });
  }
  if (others.length > 0) throw new RequestError({ code: 'several-steps', message: `Which step? Give --step with one of ${names}.` });
  return only;
}

/** What the step was given when it ran. */
async function bindAgain(node: ParallelNode, context: JobContext): Promise<ParallelRun> {
  const { job, assets, control, interpreter, facts } = context;
  const layout = job.layout.step(node.name);
  try {
    const bound = bindInputs(node, outputOf(context), assets, macrosOf(facts));
    const inputs = await Promise.all(bound.map((input) => stageInput(input, layout, control.kill)));
    const prepared = { node, layout, inputs, outputs: context.outputs.get(node.name) ?? [] };
    const resolve = resolver({ ...prepared, outputOf: outputOf(context), assets, macros: macrosOf(facts) });
    const { experimentName } = facts;
    const identity = { job: job.name, step: node.name, ...(experimentName !== undefined && { experimentName }) };
    const environmentVariables = stepEnvironment(identity, node.step.environmentVariables, resolve);
    return parallelRun({
      ...prepared,
      step: node.step,
      resolve,
      environmentVariables,
      assets,
      ...(interpreter !== undefined && { interpreter }),
    });
  } catch (error) {
    if (error instanceof JobFailure) throw new RequestError(error.problem);
    throw error;
  }
}
