import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RequestError } from '../errors/types.ts';
import { entryLanguage } from '../language/entry-scripts.ts';
import { parseRunName } from '../language/names.ts';
import type { ProcessContext } from '../os/process-context.ts';
import { type DebugResult, debugMiniBatch as debugInStep } from '../parallel/again/debug-mini-batch.ts';
import { bindStep, inputsAtHand } from '../pipeline/bind/bound-step.ts';
import { isParallel, type ParallelNode } from '../pipeline/bind/split.ts';
import type { JobContext } from '../pipeline/context.ts';
import { equip } from '../pipeline/equip.ts';
import { jobContext } from '../pipeline/prepare.ts';
import { parallelRun } from '../pipeline/steps/parallel-step.ts';
import { codeOf } from '../pipeline/steps/step.ts';
import { openTracking } from '../pipeline/tracking/tracking.ts';
import type { RunStore } from '../store/store.ts';

export interface DebugRequest {
  readonly miniBatch: number;
  /** Needed where the job has several parallel steps. */
  readonly step?: string;
  /** Run the code where it is edited, as it stands now. Default: the job's own copy. */
  readonly code?: boolean;
}

/**
 * Runs one mini-batch of a stored job again, in this terminal, under the debugger of its language, with the same arguments
 * and data. The job's own state and outputs stay as they are.
 * @param told is called with what is run, before the script starts
 * @throws RequestError when there is no such job, step or mini-batch
 */
export async function debugMiniBatch(
  here: ProcessContext,
  store: RunStore,
  name: string,
  { miniBatch, step, code = false }: DebugRequest,
  told: (what: string) => void,
): Promise<DebugResult> {
  const job = store.jobs.get(name);
  const spec = store.jobs.specToRun(job.name);
  const never = new AbortController().signal;
  const context = await jobContext(
    here,
    { name: job.name, spec, layout: store.layout(job.name), home: store.home, ...(job.portion !== undefined && { portion: job.portion }) },
    store.assets,
    { emit: (event) => event.type === 'notice' && told(event.message), drain: never, kill: never },
  );
  const node = parallelStep(context, step);
  const reusedFrom = context.records.get(node.name)?.reusedFrom;
  if (reusedFrom !== undefined) {
    const { job: other, step: ran = node.name } = parseRunName(reusedFrom);
    throw new RequestError({
      code: 'reused-step',
      message: `The step ${node.name} of job ${job.name} did not run: its outputs are those of ${reusedFrom}.`,
      hint: `Debug that one: prl job debug --name ${other} --step ${ran} --mini-batch ${miniBatch}`,
    });
  }
  const equipment = await equip([node.name], context, never);
  if (equipment.kind === 'failed') throw equipment.error;
  const scratch = mkdtempSync(join(tmpdir(), 'parallelrun-debug-'));
  try {
    const equipped = loggingTo(scratch, { ...context, interpreters: equipment.interpreters, images: equipment.images });
    const bound = await bindStep(node, equipped, await inputsAtHand(node, equipped));
    const tracking = openTracking(node, bound, equipped);
    const run = parallelRun(node, { ...bound, environmentVariables: tracking.environmentVariables }, equipped);
    const result = await debugInStep(code ? { ...run, workingDirectory: editedFolder(node) } : run, miniBatch, (what) => {
      told(`${node.name}, mini-batch ${miniBatch}: ${what}`);
      const isPython = entryLanguage(run.entryScript) === 'python';
      told(isPython ? 'The script runs in pdb, here.' : waitsForDebugger);
    });
    tracking.close(result.kind === 'done' ? 'completed' : 'failed');
    return result;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The script finds the run that it logs to as in the job, but what it logs here is none of the job's. */
function loggingTo<Job extends JobContext>(folder: string, context: Job): Job {
  const { layout } = context.job;
  const own = {
    artifacts: join(folder, 'artifacts'),
    run: join(folder, 'run.json'),
    metrics: join(folder, 'metrics'),
    mlruns: join(folder, 'mlruns'),
  };
  const runLog = join(folder, 'job-metrics');
  return { ...context, job: { ...context.job, layout: { ...layout, runLog, step: (name) => ({ ...layout.step(name), ...own }) } } };
}

const waitsForDebugger =
  'The script waits for a debugger, at the address below: node inspect 127.0.0.1:9229 in another terminal, chrome://inspect, or your editor. It stops in run(), and where it throws what nobody catches.';

/** Breakpoints that an editor has in the user's own files are hit. @throws RequestError where the files do not lie as the step sees them */
function editedFolder({ name, step }: ParallelNode): string {
  const code = codeOf(step);
  if (code !== undefined && code.additionalIncludes.length === 0) {
    return statSync(code.path, { throwIfNoEntry: false })?.isDirectory() === true ? code.path : dirname(code.path);
  }
  throw new RequestError({
    code: 'scattered-code',
    message: `The code of step ${name} is laid together from several places.`,
    hint: 'Take the edited code into the job (prl job resume --code), then debug it without --code.',
  });
}

function parallelStep({ graph, job }: JobContext, name: string | undefined): ParallelNode {
  const nodes = [...graph.steps.values()].filter(isParallel);
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
