/** Components: files, inline definitions and registered ones become a step without values. */
import { check, isRecord, shown } from '../check.ts';
import { objectSource, Place } from '../findings.ts';
import { commandComponent, parallelComponent, pipelineComponent } from '../schema/components.ts';
import { readYamlFor } from '../source/read.ts';
import type { ComponentOrigin, ComponentSpec, Literal, PipelineStep, Step } from '../types.ts';
import { type Context, UNREGISTERED } from './context.ts';
import type { Frame } from './frame.ts';
import { kindOfWork } from './kinds.ts';
import { readPath } from './paths.ts';
import { readPipelineSettings } from './pipeline-settings.ts';
import { readInputPorts, readOutputPorts } from './ports/ports.ts';
import { textRecord, versionText } from './scalars.ts';
import { bindSettings } from './work/bind-settings.ts';
import { readIncludes } from './work/code.ts';
import { buildCommand, buildParallel, common, extensionsOf } from './work/work.ts';

/** Literals that the component's inputs are given, where it is used; undefined: the component by itself. */
export type Given = ReadonlyMap<string, Literal | undefined> | undefined;

/** What stands under `component:`; undefined when it cannot be used (told) or is still to be looked up. */
export function resolveComponent(raw: unknown, given: Given, place: Place, context: Context): Step | undefined {
  if (isBuilt(raw)) return use(raw, given, place, context);
  if (isRecord(raw)) return buildComponent(raw, given, place, context, undefined);
  if (typeof raw !== 'string') {
    place.error('wrong-type', `Expected a path, azureml:NAME:VERSION or a mapping, found ${shown(raw)}.`);
    return undefined;
  }
  const path = readPath(raw, place);
  if (path === undefined) return undefined;
  if (path.kind === 'local') return componentFile(path.path, given, place, context);
  if (path.kind === 'remote') {
    place.error(
      'component-not-local',
      `The component ${raw} is not on this machine.`,
      'Download it, and name the file or register it here.',
    );
    return undefined;
  }
  const known = context.components.get(raw);
  if (known === undefined) context.wanted.add(raw);
  else if (known === null) {
    const told = [
      UNREGISTERED,
      `There is no registered component ${raw}.`,
      'Register it with "prl component create --file FILE", or name its file.',
    ] as const;
    if (context.unregistered === 'error') place.error(...told);
    else place.warn(...told);
  }
  return known === undefined || known === null ? undefined : use(known, given, place, context);
}

/** A component that was built before; once more from its definition, when its settings waited for the values it is given here. */
function use({ step, definition }: ComponentSpec, given: Given, place: Place, context: Context): Step | undefined {
  if (definition === undefined) return step;
  const at = new Place(objectSource(definition.baseDirectory), place.findings);
  return buildComponent(definition.value, given, at, context, definition.file);
}

/** A component that was loaded before and is used as a value. */
export function isBuilt(value: unknown): value is ComponentSpec {
  return isRecord(value) && isRecord(value.step) && isRecord(value.step.inputPorts) && isRecord(value.step.component);
}

function componentFile(file: string, given: Given, place: Place, context: Context): Step | undefined {
  if (context.openFiles.includes(file)) {
    const cycle = [...context.openFiles.slice(context.openFiles.indexOf(file)), file];
    place.error('component-cycle', `The component contains itself: ${cycle.join(' → ')}.`);
    return undefined;
  }
  const read = readYamlFor(file, place);
  if (read === undefined) return undefined;
  if (!isRecord(read.value)) {
    read.place.error('wrong-type', `Expected a component (a mapping of keys), found ${shown(read.value)}.`);
    return undefined;
  }
  return buildComponent(read.value, given, read.place, { ...context, openFiles: [...context.openFiles, file] }, file);
}

export function buildComponent(
  raw: Readonly<Record<string, unknown>>,
  given: Given,
  place: Place,
  context: Context,
  file: string | undefined,
): Step | undefined {
  const kind = kindOfWork(
    raw,
    context.step === undefined ? 'The component' : `The component of the step ${JSON.stringify(context.step)}`,
    place,
    'command',
  );
  if (kind === undefined) return undefined;
  const inputPorts = isRecord(raw.inputs) ? previewDefaults(raw.inputs) : new Map<string, Literal | undefined>();
  const literals = new Map([...inputPorts, ...[...(given ?? [])].filter(([name, value]) => inputPorts.has(name) && value !== undefined)]);
  const bound = bindSettings(raw, { own: literals, parent: undefined, deferred: context.deferred }, place);
  const checked =
    kind === 'parallel'
      ? { kind, raw: check(parallelComponent, bound, place, 'ignored') }
      : kind === 'command'
        ? { kind, raw: check(commandComponent, bound, place, 'ignored') }
        : { kind, raw: check(pipelineComponent, bound, place, 'ignored') };
  if (checked.raw === undefined) return undefined;
  const ports = readInputPorts(checked.raw.inputs, place.at('inputs'));
  const frame: Frame = {
    inputPorts: ports,
    outputPorts: readOutputPorts(checked.raw.outputs, place.at('outputs')),
    inputs: {},
    outputs: {},
    literals,
    role: 'definition',
    deferred: context.deferred,
    origin: origin(checked.raw, file, place),
    includes: 'additional_includes' in checked.raw ? readIncludes(checked.raw.additional_includes, place.at('additional_includes')) : [],
  };
  const { properties: _, ...rest } = checked.raw;
  if (checked.kind === 'parallel') return buildParallel({ ...rest, ...description(checked.raw) }, undefined, frame, place);
  if (checked.kind === 'command') return buildCommand({ ...rest, ...description(checked.raw) }, undefined, frame, place);
  return buildPipelineComponent(checked.raw, frame, place, context);
}

function description(raw: { readonly properties?: unknown }): { readonly properties: Record<string, string> } {
  return { properties: textRecord(raw.properties) };
}

function buildPipelineComponent(
  raw: NonNullable<ReturnType<typeof check<typeof pipelineComponent.shape>>>,
  frame: Frame,
  place: Place,
  context: Context,
): PipelineStep | undefined {
  const surroundings = { inputs: new Map(Object.keys(frame.inputPorts).map((name) => [name, frame.literals.get(name)])) };
  const steps = context.buildSteps(
    raw.jobs,
    { surroundings, inputPorts: frame.inputPorts, outputPorts: frame.outputPorts, declared: true, stepNames: 'identifiers' },
    place,
    context,
  );
  if (steps === undefined) return undefined;
  const described = { ...raw, ...description(raw) };
  return {
    type: 'pipeline',
    ...common(described, undefined, frame, place, {}, extensionsOf('pipeline', described, frame, place)),
    steps,
    settings: readPipelineSettings(raw.settings),
  };
}

/** The inputs and their defaults before they are judged: settings may be bound to them. */
function previewDefaults(raw: Readonly<Record<string, unknown>>): Map<string, Literal | undefined> {
  const defaults = new Map<string, Literal | undefined>();
  for (const [name, port] of Object.entries(raw)) {
    const value = isRecord(port) ? port.default : undefined;
    defaults.set(name, typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined);
  }
  return defaults;
}

interface RawOrigin {
  readonly name?: string | undefined;
  readonly version?: string | number | undefined;
  readonly display_name?: string | undefined;
  readonly description?: string | undefined;
  readonly is_deterministic?: string | boolean | undefined;
  readonly tags?: unknown;
}

function origin(raw: RawOrigin, file: string | undefined, place: Place): ComponentOrigin {
  return {
    ...(raw.name !== undefined && { name: raw.name }),
    ...(raw.version !== undefined && { version: versionText(raw.version, place.at('version')) }),
    ...(raw.display_name !== undefined && { displayName: raw.display_name }),
    ...(raw.description !== undefined && { description: raw.description }),
    ...(file !== undefined && { file }),
    isDeterministic: String(raw.is_deterministic ?? true).toLowerCase() !== 'false',
    ...(isRecord(raw.tags) ? { tags: textRecord(raw.tags) } : {}),
  };
}
