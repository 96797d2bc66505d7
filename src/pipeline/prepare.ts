/** Everything that can be found out and laid out before the first step starts, so that what can not work fails at once. */
import { existsSync } from 'node:fs';
import type { Emit } from '../events/types.ts';
import type { ProcessContext } from '../os/process-context.ts';
import type { RunControl } from '../parallel/types.ts';
import type { AssetRegistry } from '../store/assets.ts';
import { thisMachine } from '../workers/local/slots.ts';
import { jobFacts } from './bind/facts.ts';
import { bindInputs, checkInput } from './bind/inputs.ts';
import { prepareOutput } from './bind/output-folders.ts';
import { bindOutputs } from './bind/outputs.ts';
import { chosenPlaces } from './bind/places.ts';
import { jobInterpreter } from './code/python.ts';
import { changedSince, readSnapshot, type Snapshot, takeSnapshot } from './code/snapshot.ts';
import { computeNotice, workersNotice } from './compute.ts';
import { type Job, type JobContext, knownTo, type PreparedJob } from './context.ts';
import { buildGraph, type GraphStep } from './graph/step-graph.ts';
import { readRecord, type StepRecord } from './steps/record.ts';
import { codeOf } from './steps/step.ts';

/** Finds out what can be found out, and changes nothing. @throws RequestError */
export async function jobContext(here: ProcessContext, job: Job, assets: AssetRegistry, control: RunControl): Promise<JobContext> {
  const graph = buildGraph(job.spec);
  const nodes = [...graph.steps.values()];
  const facts = jobFacts(job.name, job.spec, job.limit !== undefined);
  const records = new Map(nodes.flatMap((node) => finished(node, job)));
  const elsewhere = computeNotice(job.spec, nodes);
  if (elsewhere !== undefined) control.emit({ type: 'notice', level: 'info', message: elsewhere });
  const interpreter = await jobInterpreter(nodes, assets, here.environmentVariables, control.emit);
  const outputs = new Map(nodes.map((node) => [node.name, bindOutputs(node, facts, job.layout.step(node.name), assets)] as const));
  return { here, job, graph, facts, assets, control, interpreter, outputs, records };
}

/** The same, and gives code and outputs their places. @throws RequestError */
export async function prepareJob(here: ProcessContext, job: Job, assets: AssetRegistry, control: RunControl): Promise<PreparedJob> {
  const context = await jobContext(here, job, assets, control);
  const open = [...context.graph.steps.values()].filter(({ name }) => !context.records.has(name));
  const capped = workersNotice(open, here.environmentVariables, thisMachine());
  if (capped !== undefined) control.emit({ type: 'notice', level: 'warning', message: capped });
  return { ...context, snapshots: layOut(context), afterwards: [] };
}

/** Where the steps that have not completed write, of the places that were chosen. */
export function placesOf({ outputs, records }: PreparedJob): readonly string[] {
  const open = [...outputs].filter(([name]) => records.get(name)?.status !== 'Completed');
  return chosenPlaces(open.flatMap(([, bound]) => bound));
}

function layOut(context: JobContext): ReadonlyMap<string, Snapshot> {
  const { job, graph, outputs, records, control } = context;
  const { layout } = job;
  const open = [...graph.steps.values()].filter((node) => !records.has(node.name));
  const taken = open.filter(({ name }) => readSnapshot(layout.step(name)) !== undefined);
  const snapshots = new Map(open.map(({ name, step }) => [name, takeSnapshot(codeOf(step), layout.step(name), [job.home])] as const));
  for (const node of taken) tellChangedCode(node, snapshots.get(node.name) ?? {}, job, control.emit);
  for (const node of open) {
    for (const output of outputs.get(node.name) ?? []) if (output.chosen) prepareOutput(output);
  }
  for (const node of open) {
    // Inputs that other steps make are looked at when those have ended.
    if (node.after.length > 0) continue;
    for (const input of bindInputs(node, knownTo(context))) checkInput(input);
  }
  return snapshots;
}

/** Rows of one output come from one program: whoever mended the script must hear that a job does not take it up midway. */
function tellChangedCode({ name, step }: GraphStep, snapshot: Snapshot, job: Job, emit: Emit): void {
  const code = codeOf(step);
  const changed = code === undefined ? [] : changedSince(snapshot, code, [job.home]);
  if (changed.length === 0) return;
  const files = changed.length > 3 ? `${changed.slice(0, 3).join(', ')} and ${changed.length - 3} more` : changed.join(', ');
  const message = `The code has changed since the job was created (${files}); the job goes on with what it was. To run the new code, start a new job.`;
  emit({ type: 'notice', level: 'warning', step: name, message });
}

/** A step that completed in an earlier run of this job, and whose outputs still stand. */
function finished(node: GraphStep, job: Job): readonly (readonly [string, StepRecord])[] {
  const record = readRecord(job.layout.step(node.name).record);
  if (record?.status !== 'Completed') return [];
  return Object.values(record.outputs).every(({ path }) => existsSync(path)) ? [[node.name, record]] : [];
}
