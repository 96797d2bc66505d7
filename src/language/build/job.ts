/** Jobs: a pipeline, or one parallel or command step by itself. */
import { resolve } from 'node:path';
import { check, isRecord, shown } from '../check.ts';
import { ownProperties, readStepNames, type StepNames } from '../extensions.ts';
import type { Place } from '../findings.ts';
import { commandJob, parallelJob, pipelineJob } from '../schema/jobs.ts';
import type { InputValue, JobSpec, Literal, OutputValue, Step } from '../types.ts';
import { resolveComponent } from './component.ts';
import type { Context } from './context.ts';
import { ownPorts } from './graph/inline.ts';
import { type Kind, kindOfWork } from './kinds.ts';
import { checkNamed } from './names.ts';
import { buildSteps } from './pipeline.ts';
import { NO_SETTINGS, readPipelineSettings } from './pipeline-settings.ts';
import { fitInputs, fitOutputs } from './ports/fit.ts';
import { readInputs, UNREAD_INPUT, withUnread } from './ports/inputs.ts';
import { readOutputs } from './ports/outputs.ts';
import { textRecord } from './scalars.ts';
import { frameOf, literalsOf } from './step.ts';
import { bindSettings } from './work/bind-settings.ts';
import { readDescription } from './work/shared-fields.ts';
import { buildCommand, buildParallel, kept } from './work/work.ts';

export function buildJob(raw: unknown, place: Place, context: Context): JobSpec | undefined {
  if (!isRecord(raw)) {
    const empty = raw === null || raw === undefined;
    place.error(
      empty ? 'empty-file' : 'wrong-type',
      empty ? 'The file is empty; expected a job.' : `Expected a job (a mapping of keys), found ${shown(raw)}.`,
    );
    return undefined;
  }
  const kind = kindOfJob(raw, place);
  if (kind === undefined) return undefined;
  const judged = { ...raw, ...(raw.type !== undefined && { type: kind }) };
  return kind === 'pipeline' ? buildPipelineJob(judged, place, context) : buildStandalone(judged, kind, place, context);
}

/** A job without a type is a command, as Azure has it; only a pipeline or parallel job must say what it is. */
function kindOfJob(raw: Readonly<Record<string, unknown>>, place: Place): Kind | undefined {
  const { type } = raw;
  if (type === undefined) {
    const meant = isRecord(raw.jobs) ? 'pipeline' : raw.task === undefined ? undefined : 'parallel';
    if (meant === undefined) return 'command';
    place.at('type').error('missing-key', `The key "type" is required: expected "type: ${meant}", found nothing.`);
    return meant;
  }
  const kind = kindOfWork(raw, 'The job', place, 'command');
  if (kind === undefined || kind === type || typeof type !== 'string' || type.toLowerCase() !== kind) return kind;
  place
    .at('type')
    .error('unknown-type', `Expected pipeline, parallel or command, found ${shown(type)}.`, `Did you mean ${JSON.stringify(kind)}?`);
  return kind;
}

function buildStandalone(
  raw: Readonly<Record<string, unknown>>,
  kind: 'parallel' | 'command',
  place: Place,
  context: Context,
): JobSpec | undefined {
  const literals = literalsOf(raw.inputs, undefined);
  const component = raw.component === undefined ? undefined : resolveComponent(raw.component, literals, place.at('component'), context);
  if (raw.component !== undefined && component === undefined) return undefined;
  if (component !== undefined && component.type !== kind) {
    place.at('component').error('type-mismatch', `The job is of type ${kind}, and its component of type ${component.type}.`);
    return undefined;
  }
  const bound = bindSettings(raw, { own: literals, parent: undefined, deferred: undefined }, place);
  const checked = kind === 'parallel' ? { kind, raw: check(parallelJob, bound, place) } : { kind, raw: check(commandJob, bound, place) };
  if (checked.raw === undefined) return undefined;
  const inputs = withUnread(readInputs(checked.raw.inputs, place.at('inputs')), raw.inputs, UNREAD_INPUT);
  refuseExpressions(inputs, place);
  const outputs = withUnread(readOutputs(checked.raw.outputs, place.at('outputs'), 'job'), raw.outputs, {});
  const frame = frameOf(component, inputs, outputs, literals, undefined, 'The job', place, context);
  const step: Step | undefined =
    checked.kind === 'parallel'
      ? buildParallel(checked.raw, component?.type === 'parallel' ? component : undefined, frame, place)
      : buildCommand(checked.raw, component?.type === 'command' ? component : undefined, frame, place);
  if (step === undefined) return undefined;
  if (step.runAfter !== undefined) place.at('properties').error('no-steps', 'A job that stands alone has no other steps to run after.');
  return {
    ...described(checked.raw, place),
    standalone: true,
    inputPorts: step.inputPorts,
    outputPorts: step.outputPorts,
    inputs: step.inputs,
    outputs: step.outputs,
    steps: { main: step },
    settings: NO_SETTINGS,
    cloudOnly: kept(checked.raw),
  };
}

function buildPipelineJob(raw: Readonly<Record<string, unknown>>, place: Place, context: Context): JobSpec | undefined {
  const literals = literalsOf(raw.inputs, undefined);
  const checked = check(pipelineJob, bindSettings(raw, { own: literals, parent: { inputs: literals }, deferred: undefined }, place), place);
  if (checked === undefined) return undefined;
  const inputs = withUnread(readInputs(checked.inputs, place.at('inputs')), raw.inputs, UNREAD_INPUT);
  refuseExpressions(inputs, place);
  const outputs = withUnread(readOutputs(checked.outputs, place.at('outputs'), 'job'), raw.outputs, {});
  const stepNames = readStepNames(textRecord(checked.properties), place.at('properties'));
  const body =
    checked.component === undefined
      ? buildBody(checked.jobs, inputs, outputs, literals, stepNames, place, context)
      : buildFromComponent(checked.component, checked.jobs, inputs, outputs, literals, place, context);
  if (body === undefined) return undefined;
  return {
    ...described(checked, place),
    standalone: false,
    ...body,
    settings: readPipelineSettings(checked.settings),
    cloudOnly: kept(checked),
  };
}

type Body = Pick<JobSpec, 'inputPorts' | 'outputPorts' | 'inputs' | 'outputs' | 'steps'>;
type Inputs = Readonly<Record<string, InputValue>>;
type Outputs = Readonly<Record<string, OutputValue>>;
type Literals = ReadonlyMap<string, Literal | undefined>;

function buildBody(
  jobs: unknown,
  inputs: Inputs,
  outputs: Outputs,
  literals: Literals,
  stepNames: StepNames,
  place: Place,
  context: Context,
): Body | undefined {
  const ports = ownPorts(inputs, outputs);
  const surroundings = { inputs: new Map(Object.keys(inputs).map((name) => [name, literals.get(name)])) };
  const steps = buildSteps(jobs, { surroundings, ...ports, declared: false, stepNames }, place, context);
  return steps === undefined ? undefined : { ...ports, inputs, outputs, steps };
}

/** `component:` in place of `jobs:`: the job is the pipeline component, with values. */
function buildFromComponent(
  reference: unknown,
  jobs: unknown,
  inputs: Inputs,
  outputs: Outputs,
  literals: Literals,
  place: Place,
  context: Context,
): Body | undefined {
  if (jobs !== undefined) {
    place.at('component').error('jobs-and-component', 'A pipeline job has "jobs" or a "component", not both.');
    return undefined;
  }
  const component = resolveComponent(reference, literals, place.at('component'), context);
  if (component === undefined) return undefined;
  if (component.type !== 'pipeline') {
    place.at('component').error('type-mismatch', `A pipeline job needs a component of type pipeline, found one of type ${component.type}.`);
    return undefined;
  }
  return {
    inputPorts: component.inputPorts,
    outputPorts: component.outputPorts,
    inputs: fitInputs(inputs, component.inputPorts, 'pipeline', undefined, 'The job', place.at('inputs')),
    outputs: fitOutputs(outputs, component.outputPorts, 'The job', place.at('outputs')),
    steps: component.steps,
  };
}

/** A job has no parent to take values from; path templates such as `${{name}}` are no bindings. */
function refuseExpressions(inputs: Inputs, place: Place): void {
  for (const [name, value] of Object.entries(inputs)) {
    if (value.kind === 'expression' && /\$\{\{\s*(parent|inputs|outputs)\b/.test(value.text)) {
      place
        .at('inputs', name)
        .error('nothing-to-bind', `${value.text} stands in the inputs of the job itself, which has no parent.`, 'Give a literal or data.');
    }
  }
}

interface RawJob {
  readonly name?: string | undefined;
  readonly display_name?: string | undefined;
  readonly description?: string | undefined;
  readonly experiment_name?: string | undefined;
  readonly tags?: unknown;
  readonly properties?: unknown;
  readonly compute?: string | null | undefined;
}

function described(raw: RawJob, place: Place) {
  if (raw.name !== undefined) checkNamed('job', raw.name, 'job name', place.at('name'));
  if (raw.experiment_name) checkNamed('experiment', raw.experiment_name, 'experiment name', place.at('experiment_name'));
  const description = readDescription(raw);
  return {
    ...(raw.name !== undefined && { name: raw.name }),
    ...description,
    properties: ownProperties(description.properties),
    ...(place.source.file !== undefined && { source: resolve(place.source.file) }),
  };
}
