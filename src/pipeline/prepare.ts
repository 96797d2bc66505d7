/** Everything that can be found out and laid out before the first step starts, so that what can not work fails at once. */
import { existsSync } from 'node:fs';
import { formatCount } from '../events/format.ts';
import type { ProcessContext } from '../os/process-context.ts';
import type { RunControl } from '../parallel/types.ts';
import type { AssetRegistry } from '../store/assets.ts';
import { isCluster } from '../workers/cluster/place.ts';
import { thisMachine } from '../workers/local/slots.ts';
import { jobFacts } from './bind/facts.ts';
import { checkFarOutput } from './bind/far-output.ts';
import { bindInputs, checkInput } from './bind/inputs.ts';
import { prepareOutput } from './bind/output-folders.ts';
import { bindOutputs } from './bind/outputs.ts';
import { chosenPlaces } from './bind/places.ts';
import { codeSizeWarning } from './code/code-size.ts';
import { findContainers } from './code/containers.ts';
import { dataBeside } from './code/data-beside.ts';
import { takingEditedCode } from './code/edited-code.ts';
import { type Handled, watched } from './code/file-by-file.ts';
import { findPythons } from './code/python.ts';
import { findingChanges, readSnapshot, type Snapshot, takingSnapshot } from './code/snapshot.ts';
import { computeNotice, variablesFor, workersNotice } from './compute.ts';
import { type Job, type JobContext, knownTo, type PreparedJob } from './context.ts';
import { buildGraph, type GraphStep } from './graph/step-graph.ts';
import { readRecord, type StepOutput, type StepRecord } from './steps/record.ts';
import { codeOf } from './steps/step.ts';

/** Finds out what can be found out, and changes nothing. @throws RequestError */
export async function jobContext(here: ProcessContext, job: Job, assets: AssetRegistry, control: RunControl): Promise<JobContext> {
  const graph = buildGraph(job.spec);
  const nodes = [...graph.steps.values()];
  const facts = jobFacts(job.name, job.spec, job.portion !== undefined);
  const records = new Map(nodes.flatMap((node) => finished(node, job)));
  const elsewhere = computeNotice(job.spec, nodes, here.environmentVariables);
  if (elsewhere !== undefined) control.emit({ type: 'notice', level: 'info', message: elsewhere });
  const containers = await findContainers(nodes, job.spec, assets, here.environmentVariables);
  const variables = (node: GraphStep) => variablesFor(node, job.spec, here.environmentVariables);
  const pythons = await findPythons(nodes, assets, variables, new Set(containers.keys()), control.emit);
  const outputs = new Map(nodes.map((node) => [node.name, bindOutputs(node, facts, job.layout.step(node.name), assets)] as const));
  return { here, job, graph, facts, assets, control, containers, pythons, outputs, records };
}

/** The same, and gives code and outputs their places. @throws RequestError */
export async function prepareJob(here: ProcessContext, job: Job, assets: AssetRegistry, control: RunControl): Promise<PreparedJob> {
  const context = await jobContext(here, job, assets, control);
  tellLeftOutWorkers(context);
  return { ...context, snapshots: await layOut(context), afterwards: [] };
}

function tellLeftOutWorkers({ graph, records, here, job, control }: JobContext): void {
  const open = [...graph.steps.values()].filter((node) => {
    const isHere = !isCluster(variablesFor(node, job.spec, here.environmentVariables));
    return isHere && !records.has(node.name);
  });
  const message = workersNotice(open, here.environmentVariables, thisMachine());
  if (message !== undefined) control.emit({ type: 'notice', level: 'warning', message });
}

/** Where the steps that have not completed write, of the places that were chosen. */
export function placesOf({ outputs, records }: PreparedJob): readonly string[] {
  const open = [...outputs].filter(([name]) => records.get(name)?.status !== 'Completed');
  return chosenPlaces(open.flatMap(([, bound]) => bound));
}

async function layOut(context: JobContext): Promise<ReadonlyMap<string, Snapshot>> {
  const { graph, outputs, records } = context;
  const open = [...graph.steps.values()].filter((node) => !records.has(node.name));
  const snapshots = await takeSnapshots(open, context);
  for (const node of open) {
    const bound = outputs.get(node.name) ?? [];
    for (const output of bound) if (output.chosen) prepareOutput(output);
    await Promise.all(bound.map((output) => checkFarOutput(output, context.here.environmentVariables, context.control.kill)));
  }
  for (const node of open) {
    // Inputs that other steps make are looked at when those have ended.
    if (node.after.length > 0) continue;
    for (const input of bindInputs(node, knownTo(context))) checkInput(input);
  }
  return snapshots;
}

async function takeSnapshots(open: readonly GraphStep[], context: JobContext): Promise<ReadonlyMap<string, Snapshot>> {
  const { job, graph, outputs, control } = context;
  const exclude = [job.home, ...dataBeside(job.spec, graph, [...outputs.values()].flat())];
  const signal = AbortSignal.any([control.drain, control.kill]);
  const snapshots = new Map<string, Snapshot>();
  for (const { name, step } of open) {
    const code = codeOf(step);
    const layout = job.layout.step(name);
    const tell = (level: 'info' | 'warning', message: string) => control.emit({ type: 'notice', level, step: name, message });
    const seen = <Result>(work: Generator<Handled, Result>, what: string) =>
      watched(work, signal, (files, bytes) =>
        tell('info', `The code is being ${what}: ${formatCount(files)} files, ${formatCount(Math.round(bytes / 1e6))} MB so far.`),
      );
    const isTaken = readSnapshot(layout) !== undefined;
    const warning = isTaken ? undefined : codeSizeWarning(code, exclude);
    if (warning !== undefined) tell('warning', warning);
    if (isTaken && code !== undefined && job.editedCode === true) {
      const changed = await seen(takingEditedCode(code, layout, exclude), 'copied');
      if (changed.length > 0)
        tell('info', `From here on the edited code runs (${someOf(changed)})${job.fromScratch === true ? '' : '; what is done stays'}.`);
    }
    const snapshot = await seen(takingSnapshot(code, layout, exclude), 'copied');
    snapshots.set(name, snapshot);
    if (!isTaken || code === undefined || job.editedCode === true) continue;
    const changed = await seen(findingChanges(snapshot, code, exclude), "compared with the job's");
    if (changed.length > 0) tell('warning', stays(changed, job.name));
  }
  return snapshots;
}

/** Rows of one output come from one program, unless its user says so: whoever mended the script must hear that. */
function stays(changed: readonly string[], job: string): string {
  return `The code has changed since the job was created (${someOf(changed)}); the job goes on with what it was. To go on with the edited code: prl job resume --name ${job} --code`;
}

function someOf(files: readonly string[]): string {
  return files.length > 3 ? `${files.slice(0, 3).join(', ')} and ${files.length - 3} more` : files.join(', ');
}

/** A step that completed in an earlier run of this job, and whose outputs still stand. */
function finished(node: GraphStep, job: Job): readonly (readonly [string, StepRecord])[] {
  if (job.fromScratch === true) return [];
  const record = readRecord(job.layout.step(node.name).record);
  if (record?.status !== 'Completed') return [];
  const stands = ({ path, address }: StepOutput): boolean => address !== undefined || existsSync(path);
  return Object.values(record.outputs).every(stands) ? [[node.name, record]] : [];
}
