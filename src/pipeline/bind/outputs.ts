/** Where the outputs of a step go. */
import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import { tellableAddress } from '../../language/address-secrets.ts';
import { parseTemplate, renderTemplate } from '../../language/expressions.ts';
import type { DataType, OutputValue } from '../../language/types.ts';
import type { AssetResolver } from '../../store/assets.ts';
import type { StepLayout } from '../../store/layout.ts';
import { boundTo, type Scope } from '../graph/scope.ts';
import type { GraphStep } from '../graph/step-graph.ts';
import { type JobFacts, macrosOf } from './facts.ts';
import type { Macros } from './inputs.ts';
import { locate } from './locate.ts';
import type { Location } from './location.ts';
import type { ObjectAddress } from './object-address.ts';

export interface BoundOutput {
  readonly name: string;
  readonly type: DataType;
  /** Absolute: a folder, or the file itself. */
  readonly path: string;
  readonly isFile: boolean;
  /** The author chose the place; else it is ours and may be cleared before a new try. */
  readonly chosen: boolean;
  /** Where it goes when the step has ended; `path` is then ours, and the output there only until it is in the store. */
  readonly far?: FarPlace;
  /** To be registered as a data asset when the step has completed. */
  readonly register?: { readonly name: string; readonly version?: string; readonly description?: string };
}

/** The object that is the output, or what the keys of its files begin with. */
export interface FarPlace extends ObjectAddress {
  /** The script gets the address, and writes there itself. */
  readonly isDirect: boolean;
  /** Nobody else's: its author named no place. */
  readonly isOwn: boolean;
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
    const { far: farStandard, ...standard } = defaultPlace(node, name, type, facts, layout, assets);
    const mode = chain.findLast((value) => value.mode !== undefined)?.mode;
    const going = (far: ObjectAddress | undefined, isOwn: boolean) =>
      far === undefined || facts.trial ? {} : { far: { ...far, isOwn, isDirect: mode === 'direct' && !appendsRows(node, name) } };
    if (written === undefined) {
      return { name, type, ...standard, ...going(farStandard, true), chosen: false, ...(!facts.trial && registration(named)) };
    }
    const macros = { ...macrosOf(facts), ...(placed === own ? stepMacros(node, facts) : {}), output_name: name };
    const { far, ...chosen } = chosenPlace(render(written, macros), name, type, node, layout, assets);
    if (facts.trial) return { name, type, ...withNameOf(chosen, standard), chosen: false };
    return { name, type, ...chosen, ...going(far, false), chosen: far === undefined, ...registration(named) };
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

type Place = Pick<BoundOutput, 'path' | 'isFile'> & { readonly far?: ObjectAddress };

function defaultPlace(node: GraphStep, name: string, type: DataType, facts: JobFacts, layout: StepLayout, assets: AssetResolver): Place {
  if (name === 'artifacts' && type === 'uri_folder') return { path: layout.artifacts, isFile: false };
  const jobOutput = jobOutputOf(node.scope, node.step.outputs[name] ?? {});
  const owner = jobOutput === undefined ? childName(node, facts) : facts.job;
  const folder = placeOf(`azureml://datastores/${facts.defaultDatastore}/paths/azureml/${owner}/${jobOutput ?? name}`, assets);
  const staging = stagingOf(layout, name);
  if (type !== 'uri_file') return folderAt(folder, staging);
  return fileAt(folder, appendsRows(node, name) ? rowsFileName(node) : (jobOutput ?? name), staging);
}

function chosenPlace(rendered: string, output: string, type: DataType, node: GraphStep, layout: StepLayout, assets: AssetResolver): Place {
  const place = placeOf(rendered, assets);
  const staging = stagingOf(layout, output);
  const endsAsFolder = (place.kind === 'object' ? place.address : rendered).endsWith('/') || place.path === '';
  if (appendsRows(node, output)) {
    if (type !== 'uri_file') return !endsAsFolder && extname(place.path) !== '' ? fileAt(place, '', staging) : folderAt(place, staging);
    return fileAt(place, endsAsFolder ? rowsFileName(node) : '', staging);
  }
  return type === 'uri_file' ? fileAt(place, endsAsFolder ? output : '', staging) : folderAt(place, staging);
}

type OutputPlace = Extract<Location, { kind: 'local' | 'object' }>;

/** Where outputs that go elsewhere are until then. */
function stagingOf({ outputs }: StepLayout, output: string): string {
  return join(outputs, output);
}

function folderAt(place: OutputPlace, staging: string): Place {
  if (place.kind === 'local') return { path: place.path, isFile: false };
  const { kind: _, ...far } = place;
  return { path: staging, isFile: false, far: { ...far, address: far.address.replace(/\/+$/, '') } };
}

/** @param name of the file in the place; '' where that is the file itself */
function fileAt(place: OutputPlace, name: string, staging: string): Place {
  if (place.kind === 'local') return { path: join(place.path, name), isFile: true };
  const { kind: _, ...folder } = place;
  const below = (path: string): string => (name === '' ? path : `${path.replace(/\/+$/, '')}${path === '' ? '' : '/'}${name}`);
  const far = { ...folder, address: below(folder.address), path: below(folder.path) };
  return { path: join(staging, basename(far.path)), isFile: true, far };
}

/** At the place that is the job's own, under the name that was chosen: its ending says how rows are written. */
function withNameOf(chosen: Place, standard: Place): Pick<Place, 'path' | 'isFile'> {
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

function placeOf(rendered: string, assets: AssetResolver): OutputPlace {
  if (isAbsolute(rendered)) return { kind: 'local', path: rendered };
  const location = locate(rendered, 'uri_folder', assets);
  if (location.kind !== 'web') return location;
  throw new RequestError({
    code: 'bad-output-path',
    message: `An output can not be written to ${tellableAddress(rendered)}.`,
    hint: 'Give a local path, a path in a datastore, or an address in an object store (s3://, gs://, wasbs://, abfss://).',
  });
}
