/** Parallel and command work from its judged keys: the same for a job of its own, a step and a component. */
import type * as z from 'zod';
import { ownProperties, readStepExtensions, type StepExtensions } from '../extensions.ts';
import type { Place } from '../findings.ts';
import type { commandStep, parallelStep } from '../schema/jobs.ts';
import type {
  CloudOnly,
  CommandStep,
  ComponentOrigin,
  InputPort,
  InputValue,
  Literal,
  OutputPort,
  OutputValue,
  ParallelStep,
  Step,
} from '../types.ts';
import { checkText, warnAboutAbsent } from './check-text.ts';
import { readCode } from './code.ts';
import { readDistribution } from './command.ts';
import { defined, readEnvironment } from './environment.ts';
import { isPrimitive } from './literals.ts';
import { readSettings, readTask } from './parallel.ts';
import { type RawDescription, readDescription, readResources, readVariables } from './shared-fields.ts';
import { textRecord } from './values.ts';

/** What surrounds the keys of a piece of work. */
export interface Frame {
  readonly inputPorts: Readonly<Record<string, InputPort>>;
  readonly outputPorts: Readonly<Record<string, OutputPort>>;
  readonly inputs: Readonly<Record<string, InputValue>>;
  readonly outputs: Readonly<Record<string, OutputValue>>;
  /** Own inputs whose literal is known. */
  readonly literals: ReadonlyMap<string, Literal | undefined>;
  /** A component's own definition, which has no values, or a use of it (or of nothing) with values. */
  readonly role: 'definition' | 'use';
  /** Of a component by itself: gathers what waits for the values of inputs. */
  readonly deferred: Set<string> | undefined;
  readonly origin: ComponentOrigin;
  /** `additional_includes`, absolute. */
  readonly includes: readonly string[];
}

type Kept = { readonly identity?: unknown; readonly services?: unknown; readonly comment?: unknown };
type Omitted = 'inputs' | 'outputs' | 'component' | 'type' | 'properties' | 'tags';
export type RawParallel = Omit<Partial<z.infer<typeof parallelStep>>, Omitted> & RawDescription & Kept;
export type RawCommand = Omit<Partial<z.infer<typeof commandStep>>, Omitted> & RawDescription & Kept;

export function buildParallel(raw: RawParallel, base: ParallelStep | undefined, frame: Frame, place: Place): ParallelStep | undefined {
  const names = {
    inputs: Object.keys({ ...frame.inputPorts, ...frame.inputs }),
    outputs: Object.keys({ ...frame.outputPorts, ...frame.outputs }),
    primitive: new Set(Object.keys(frame.inputPorts).filter((name) => isPrimitive(frame.inputPorts[name]?.type ?? ''))),
    literals: frame.literals,
    role: frame.role,
    deferred: frame.deferred,
  };
  const inTask = readEnvironment(raw.task?.environment, place.at('task', 'environment'));
  const beside = readEnvironment(raw.environment, place.at('environment'));
  const environment = inTask ?? beside;
  const task = readTask(raw.task, base?.task, environment?.environment, frame.includes, names, place.at('task'));
  if (raw.task === undefined && base === undefined) {
    place.at('task').error('missing-key', 'The key "task" is required: expected a mapping with code and entry_script, found nothing.');
  }
  const settings = readSettings(raw, base, task, names, place);
  const extensions = extensionsOf('parallel', raw, frame, place);
  const { resources, cloudOnly } = readResources(raw.resources, base?.resources);
  if (task?.programArguments !== undefined && frame.role === 'use') {
    warnAboutAbsent(task.programArguments, frame.inputPorts, frame.inputs, place.at('task', 'program_arguments'));
  }
  const variables = readVariables(raw.environment_variables, place.at('environment_variables'));
  if (task === undefined) return undefined;
  return {
    type: 'parallel',
    ...common(raw, base, frame, place, { ...cloudOnly, ...kept(raw), ...environmentKept(environment?.cloudOnly) }, extensions),
    task,
    settings: { ...settings, ...inherited(base), ...extensions.settings },
    environmentVariables: { ...base?.environmentVariables, ...variables },
    resources,
  };
}

export function buildCommand(raw: RawCommand, base: CommandStep | undefined, frame: Frame, place: Place): CommandStep | undefined {
  const own = {
    inputs: Object.keys({ ...frame.inputPorts, ...frame.inputs }),
    outputs: Object.keys({ ...frame.outputPorts, ...frame.outputs }),
  };
  const command = raw.command ?? base?.command;
  if (command === undefined)
    place.at('command').error('missing-key', 'The key "command" is required: expected a bash command, found nothing.');
  if (raw.command !== undefined) checkText(raw.command, own, place.at('command'));
  if (command !== undefined && frame.role === 'use') warnAboutAbsent(command, frame.inputPorts, frame.inputs, place.at('command'));
  const environment = readEnvironment(raw.environment, place.at('environment'));
  const code = raw.code === undefined ? base?.code : readCode(raw.code, frame.includes, place.at('code'));
  const included =
    code ?? (frame.includes.length === 0 ? undefined : { path: place.source.baseDirectory, additionalIncludes: frame.includes });
  const { resources, cloudOnly } = readResources(raw.resources, base?.resources);
  const distribution = readDistribution(raw.distribution, base?.distribution, resources.instanceCount, place.at('distribution'));
  const variables = readVariables(raw.environment_variables, place.at('environment_variables'));
  const chosen = environment?.environment ?? base?.environment;
  const timeout = raw.limits?.timeout === undefined ? base?.timeout : Number(raw.limits.timeout);
  if (command === undefined) return undefined;
  return {
    type: 'command',
    ...common(
      raw,
      base,
      frame,
      place,
      { ...cloudOnly, ...kept(raw), ...defined({ queue_settings: raw.queue_settings }), ...environmentKept(environment?.cloudOnly) },
      extensionsOf('command', raw, frame, place),
    ),
    command,
    ...(included === undefined ? {} : { code: included }),
    ...(chosen === undefined ? {} : { environment: chosen }),
    environmentVariables: { ...base?.environmentVariables, ...variables },
    ...(distribution === undefined ? {} : { distribution }),
    resources,
    ...(timeout === undefined ? {} : { timeout }),
  };
}

/** A step's own description over that of its component. */
export function common(
  raw: RawDescription,
  base: Step | undefined,
  frame: Frame,
  place: Place,
  cloudOnly: CloudOnly,
  { runAfter }: StepExtensions,
) {
  const own = readDescription(raw);
  const source = place.position();
  return {
    ...(base?.compute === undefined ? {} : { compute: base.compute }),
    ...own,
    tags: { ...base?.tags, ...own.tags },
    properties: { ...base?.properties, ...ownProperties(own.properties) },
    component: frame.origin,
    inputPorts: frame.inputPorts,
    outputPorts: frame.outputPorts,
    inputs: frame.inputs,
    outputs: frame.outputs,
    ...(runAfter === undefined ? {} : { runAfter }),
    ...(source === undefined ? {} : { source }),
    cloudOnly: { ...base?.cloudOnly, ...cloudOnly },
  };
}

/** What a step says in properties of ours. */
export function extensionsOf(type: Step['type'], raw: RawDescription, frame: Frame, place: Place): StepExtensions {
  const inputs = Object.keys({ ...frame.inputPorts, ...frame.inputs });
  return readStepExtensions(textRecord(raw.properties), { type, role: frame.role, inputs }, place.at('properties'));
}

function inherited(base: ParallelStep | undefined): StepExtensions['settings'] {
  const { appendRowFileName, partitionFormats } = base?.settings ?? {};
  return {
    ...(appendRowFileName === undefined ? {} : { appendRowFileName }),
    ...(partitionFormats === undefined ? {} : { partitionFormats }),
  };
}

export function kept(raw: Kept): CloudOnly {
  return defined({ identity: raw.identity, services: raw.services, comment: raw.comment });
}

function environmentKept(values: CloudOnly | undefined): CloudOnly {
  return values === undefined || Object.keys(values).length === 0 ? {} : { environment: values };
}
