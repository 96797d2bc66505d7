/** Where the outputs of a step go. */
import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import { parseTemplate, renderTemplate } from '../../language/expressions.ts';
import type { DataType, OutputValue } from '../../language/types.ts';
import type { AssetResolver } from '../../store/assets.ts';
import type { StepLayout } from '../../store/layout.ts';
import { boundTo, type Scope } from '../graph/scope.ts';
import type { GraphStep } from '../graph/step-graph.ts';
import { type JobFacts, macrosOf } from './facts.ts';
import type { Macros } from './inputs.ts';
import { locate } from './locate.ts';

export interface BoundOutput {
  readonly name: string;
  readonly type: DataType;
  /** Absolute: a folder, or the file itself. */
  readonly path: string;
  readonly isFile: boolean;
  /** The author chose the place; else it is ours and may be cleared before a new try. */
  readonly chosen: boolean;
  /** To be registered as a data asset when the step has completed. */
  readonly register?: { readonly name: string; readonly version?: string; readonly description?: string };
}

const defaultRowsFile = 'parallel_run_step.txt';

export function bindOutputs(node: GraphStep, facts: JobFacts, layout: StepLayout, assets: AssetResolver): readonly BoundOutput[] {
  const { step } = node;
  const names = new Set([...Object.keys(step.outputPorts), ...Object.keys(step.outputs)]);
  return [...names].map((name) => {
    const own = step.outputs[name] ?? {};
    const chain = outputValues(node, name);
    const type = outputType(node, name);
    const placed = chain.findLast((value) => value.path !== undefined);
    const written = placed?.path;
    const named = chain.findLast((value) => value.name !== undefined);
    const standard = defaultPlace(node, name, type, facts, layout, assets);
    if (written === undefined) return { name, type, ...standard, chosen: false, ...(!facts.trial && registration(named)) };
    const macros = { ...macrosOf(facts), ...(placed === own ? stepMacros(node, facts) : {}), output_name: name };
    const chosen = chosenPlace(render(written, macros), name, type, node, assets);
    if (facts.trial) return { name, type, ...withNameOf(chosen, standard), chosen: false };
    return { name, type, ...chosen, chosen: true, ...registration(named) };
  });
}

/** What is said of a step's output: by the step itself, then by each pipeline around it whose output it is. */
export function outputValues({ scope, step }: GraphStep, name: string): readonly OutputValue[] {
  const own = step.outputs[name] ?? {};
  return [own, ...boundOutputs(scope, own)];
}

/** As the outermost pipeline says that says anything; else as the step declares it. */
export function outputType(node: GraphStep, name: string): DataType {
  return outputValues(node, name).findLast(({ type }) => type !== undefined)?.type ?? node.step.outputPorts[name]?.type ?? 'uri_folder';
}

function registration({ name, version, description }: OutputValue = {}): Pick<BoundOutput, 'register'> {
  if (name === undefined) return {};
  return { register: { name, ...(version !== undefined && { version }), ...(description !== undefined && { description }) } };
}

/** The outputs of the holding pipelines that this one is, innermost first. */
function boundOutputs(scope: Scope, value: OutputValue): readonly OutputValue[] {
  const name = boundTo(value);
  const outer = name === undefined ? undefined : (scope.holder.outputs[name] ?? {});
  if (outer === undefined) return [];
  return [outer, ...(scope.outer === undefined ? [] : boundOutputs(scope.outer.scope, outer))];
}

/** The output of the job itself that a step's output is. */
export function jobOutputOf(scope: Scope, value: OutputValue): string | undefined {
  const name = boundTo(value);
  if (name === undefined || scope.outer === undefined) return name;
  return jobOutputOf(scope.outer.scope, scope.holder.outputs[name] ?? {});
}

type Place = Pick<BoundOutput, 'path' | 'isFile'>;

function defaultPlace(node: GraphStep, name: string, type: DataType, facts: JobFacts, layout: StepLayout, assets: AssetResolver): Place {
  if (name === 'artifacts' && type === 'uri_folder') return { path: layout.artifacts, isFile: false };
  const jobOutput = jobOutputOf(node.scope, node.step.outputs[name] ?? {});
  const owner = jobOutput === undefined ? childName(node, facts) : facts.job;
  const folder = datastorePath(facts.defaultDatastore, `azureml/${owner}/${jobOutput ?? name}`, assets);
  if (type !== 'uri_file') return { path: folder, isFile: false };
  return { path: join(folder, appendsRows(node, name) ? rowsFileName(node) : (jobOutput ?? name)), isFile: true };
}

function chosenPlace(rendered: string, output: string, type: DataType, node: GraphStep, assets: AssetResolver): Place {
  const path = localPath(rendered, assets);
  const endsAsFolder = rendered.endsWith('/');
  if (appendsRows(node, output)) {
    if (type !== 'uri_file') return { path, isFile: !endsAsFolder && extname(path) !== '' };
    return { path: endsAsFolder ? join(path, rowsFileName(node)) : path, isFile: true };
  }
  if (type !== 'uri_file') return { path, isFile: false };
  return { path: endsAsFolder ? join(path, output) : path, isFile: true };
}

/** At the place that is the job's own, under the name that was chosen: its ending says how rows are written. */
function withNameOf(chosen: Place, standard: Place): Place {
  const folder = standard.isFile ? dirname(standard.path) : standard.path;
  return chosen.isFile ? { path: join(folder, basename(chosen.path)), isFile: true } : { path: folder, isFile: false };
}

function render(template: string, macros: Macros): string {
  return renderTemplate(parseTemplate(template), (reference) => (reference.scope === 'macro' ? macros[reference.name] : undefined));
}

function stepMacros(node: GraphStep, facts: JobFacts): Macros {
  return { name: childName(node, facts), step_name: node.name };
}

/** A step of a pipeline is a job of its own in output paths, as the job language has it. */
function childName(node: GraphStep, facts: JobFacts): string {
  return facts.standalone ? facts.job : `${facts.job}.${node.name}`;
}

function appendsRows(node: GraphStep, output: string): boolean {
  return node.step.type === 'parallel' && node.step.task.appendRowTo === output;
}

/** The one file that takes the rows of a parallel step, inside a folder or the output itself. */
export function rowsFile(node: GraphStep, output: BoundOutput): string {
  return output.isFile ? output.path : join(output.path, rowsFileName(node));
}

function rowsFileName({ step }: GraphStep): string {
  return (step.type === 'parallel' ? step.settings.appendRowFileName : undefined) ?? defaultRowsFile;
}

function localPath(rendered: string, assets: AssetResolver): string {
  if (isAbsolute(rendered)) return rendered;
  const location = locate(rendered, 'uri_folder', assets);
  if (location.kind === 'local') return location.path;
  throw new RequestError({
    code: 'bad-output-path',
    message: `An output can not be written to ${rendered}.`,
    hint: 'Give a local path or a path in a datastore.',
  });
}

function datastorePath(datastore: string, path: string, assets: AssetResolver): string {
  return localPath(`azureml://datastores/${datastore}/paths/${path}`, assets);
}
