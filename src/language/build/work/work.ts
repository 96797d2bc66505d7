/** Parallel and command work from its judged keys: the same for a job of its own, a step and a component. */
import type * as z from 'zod';
import { argumentReferences } from '../../arguments/bind.ts';
import { ownProperties, readStepExtensions, type StepExtensions } from '../../extensions.ts';
import type { Place } from '../../findings.ts';
import type { commandStep, parallelStep } from '../../schema/jobs.ts';
import type { CloudOnly, CommandStep, ParallelStep, Step } from '../../types.ts';
import type { Frame } from '../frame.ts';
import { isPrimitive } from '../ports/literals.ts';
import { textRecord } from '../scalars.ts';
import { readCode } from './code.ts';
import { readDistribution } from './distribution.ts';
import { defined, readEnvironment } from './environment.ts';
import { checkReferences, referencesIn, warnAboutAbsent } from './own-references.ts';
import { readSettings } from './parallel-settings.ts';
import { readTask } from './parallel-task.ts';
import { readArguments } from './program-arguments.ts';
import { type RawDescription, readDescription, readResources, readVariables } from './shared-fields.ts';

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
  // Of a component's own arguments, the step itself is the place that can be mended.
  const argumentsPlace = raw.task?.program_arguments === undefined ? place : place.at('task', 'program_arguments');
  const { given, engine } = readArguments(raw.task?.program_arguments, base?.task.programArguments, names, argumentsPlace);
  const task = readTask(raw.task, base?.task, given, environment?.environment, frame.includes, names, place.at('task'));
  if (raw.task === undefined && base === undefined) {
    place.at('task').error('missing-key', 'The key "task" is required: expected a mapping with code and entry_script, found nothing.');
  }
  const settings = readSettings(raw, base, engine, names, place);
  const extensions = extensionsOf('parallel', raw, frame, place);
  const { resources, cloudOnly } = readResources(raw.resources, base?.resources);
  if (frame.role === 'use') {
    warnAboutAbsent(argumentReferences(given), frame.inputPorts, frame.inputs, place.at('task', 'program_arguments'));
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
  if (raw.command !== undefined) checkReferences(referencesIn(raw.command), own, place.at('command'));
  if (command !== undefined && frame.role === 'use')
    warnAboutAbsent(referencesIn(command), frame.inputPorts, frame.inputs, place.at('command'));
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
    ...(included !== undefined && { code: included }),
    ...(chosen !== undefined && { environment: chosen }),
    environmentVariables: { ...base?.environmentVariables, ...variables },
    ...(distribution !== undefined && { distribution }),
    resources,
    ...(timeout !== undefined && { timeout }),
  };
}

/** A step's own description over that of its component. */
export function common(
  raw: RawDescription,
  base: Step | undefined,
  frame: Frame,
  place: Place,
  cloudOnly: CloudOnly,
  { runAfter, tables, outputTags }: StepExtensions,
) {
  const own = readDescription(raw);
  const source = place.position();
  return {
    ...(base?.compute !== undefined && { compute: base.compute }),
    ...own,
    tags: { ...base?.tags, ...own.tags },
    properties: { ...base?.properties, ...ownProperties(own.properties) },
    component: frame.origin,
    inputPorts: frame.inputPorts,
    outputPorts: frame.outputPorts,
    inputs: frame.inputs,
    outputs: frame.outputs,
    ...(runAfter !== undefined && { runAfter }),
    ...(tables !== undefined && { tables }),
    ...(outputTags !== undefined && { outputTags }),
    ...(source !== undefined && { source }),
    cloudOnly: { ...base?.cloudOnly, ...cloudOnly },
  };
}

/** What a step says in properties of ours. */
export function extensionsOf(type: Step['type'], raw: RawDescription, frame: Frame, place: Place): StepExtensions {
  const inputs = Object.keys({ ...frame.inputPorts, ...frame.inputs });
  const outputs = Object.keys({ ...frame.outputPorts, ...frame.outputs });
  return readStepExtensions(textRecord(raw.properties), { type, role: frame.role, inputs, outputs }, place.at('properties'));
}

function inherited(base: ParallelStep | undefined): StepExtensions['settings'] {
  const { appendRowFileName, partitionFormats } = base?.settings ?? {};
  return {
    ...(appendRowFileName !== undefined && { appendRowFileName }),
    ...(partitionFormats !== undefined && { partitionFormats }),
  };
}

export function kept(raw: Kept): CloudOnly {
  return defined({ identity: raw.identity, services: raw.services, comment: raw.comment });
}

function environmentKept(values: CloudOnly | undefined): CloudOnly {
  return values === undefined || Object.keys(values).length === 0 ? {} : { environment: values };
}
