/** One step of a pipeline: written in place, or made from a component. */
import { check, isRecord, shown } from '../check.ts';
import { soleReference } from '../expressions.ts';
import type { Place } from '../findings.ts';
import { commandStep, parallelStep, pipelineStep } from '../schema/jobs.ts';
import type { InputValue, Literal, OutputValue, Step } from '../types.ts';
import { resolveComponent } from './component.ts';
import type { Context, Surroundings } from './context.ts';
import type { BuiltStep, Frame } from './frame.ts';
import { kindOfWork, ofKind } from './kinds.ts';
import { fitInputs, fitOutputs } from './ports/fit.ts';
import { readInputs, UNREAD_INPUT, withUnread } from './ports/inputs.ts';
import { readOutputs } from './ports/outputs.ts';
import { inlinePorts } from './ports/ports.ts';
import { bindSettings } from './work/bind-settings.ts';
import { INLINE } from './work/shared-fields.ts';
import { buildCommand, buildParallel, common, extensionsOf, kept } from './work/work.ts';

export function buildStep(name: string, raw: unknown, place: Place, surroundings: Surroundings, context: Context): BuiltStep | undefined {
  const what = `The step ${JSON.stringify(name)}`;
  if (!isRecord(raw)) {
    place.error('wrong-type', `Expected a step (a mapping of keys), found ${shown(raw)}.`);
    return undefined;
  }
  const given = literalsOf(raw.inputs, surroundings);
  const before = context.findings.problems.length;
  const component =
    raw.component === undefined ? undefined : resolveComponent(raw.component, given, place.at('component'), { ...context, step: name });
  if (raw.component !== undefined && component === undefined) {
    // A refused type says more than a component that could not be read, but for one that was refused for its own.
    if (typeof raw.type === 'string' && !context.findings.problems.slice(before).some(({ code }) => code === 'unsupported-type'))
      kindOfWork(raw, what, place);
    return undefined;
  }
  const kind = kindOfWork(raw, what, place, component?.type);
  if (kind === undefined) {
    if (raw.type === undefined) {
      place.error(
        'unknown-type',
        `${what} has neither a type nor a task, a command or a component.`,
        'Give it "type: parallel", "type: command" or "type: pipeline".',
      );
    }
    return undefined;
  }
  if (component !== undefined && component.type !== kind) {
    place.at('type').error('type-mismatch', `${what} is of type ${kind}, and its component of type ${component.type}.`);
    return undefined;
  }
  if (kind === 'pipeline' && component === undefined) {
    place.error(
      'inline-pipeline',
      `${what} is a pipeline written in place; expected a component.`,
      'Write the pipeline into a file of its own with "type: pipeline", and name it under "component".',
    );
    return undefined;
  }
  const own = new Map<string, Literal | undefined>(
    Object.entries(component?.inputPorts ?? {}).map(([port, { default: value }]) => [port, value]),
  );
  for (const [key, value] of given) own.set(key, value);
  const bound = bindSettings(
    raw.type === undefined ? raw : ofKind(raw, kind),
    { own, parent: surroundings, deferred: context.deferred },
    place,
  );
  const checked = checkStep(kind, bound, place);
  if (checked.raw === undefined) return undefined;
  const inputs = withUnread(readInputs(checked.raw.inputs, place.at('inputs')), raw.inputs, UNREAD_INPUT);
  const outputs = withUnread(readOutputs(checked.raw.outputs, place.at('outputs'), 'step'), raw.outputs, {});
  const frame = frameOf(component, inputs, outputs, own, surroundings, what, place, context);
  return { frame, step: build(checked, component, frame, place), inline: component === undefined, place };
}

function checkStep(kind: 'parallel' | 'command' | 'pipeline', bound: Record<string, unknown>, place: Place) {
  if (kind === 'parallel') return { kind, raw: check(parallelStep, bound, place) };
  if (kind === 'command') return { kind, raw: check(commandStep, bound, place) };
  return { kind, raw: check(pipelineStep, bound, place) };
}

function build(checked: ReturnType<typeof checkStep>, component: Step | undefined, frame: Frame, place: Place): Step | undefined {
  if (checked.raw === undefined) return undefined;
  if (checked.kind === 'parallel') return buildParallel(checked.raw, component?.type === 'parallel' ? component : undefined, frame, place);
  if (checked.kind === 'command') return buildCommand(checked.raw, component?.type === 'command' ? component : undefined, frame, place);
  if (component?.type !== 'pipeline') return undefined;
  return {
    ...component,
    ...common(checked.raw, component, frame, place, kept(checked.raw), extensionsOf('pipeline', checked.raw, frame, place)),
  };
}

export function frameOf(
  component: Step | undefined,
  inputs: Readonly<Record<string, InputValue>>,
  outputs: Readonly<Record<string, OutputValue>>,
  literals: ReadonlyMap<string, Literal | undefined>,
  surroundings: Surroundings | undefined,
  what: string,
  place: Place,
  context: Context,
): Frame {
  const rest = { literals, role: 'use' as const, deferred: context.deferred, origin: component?.component ?? INLINE, includes: [] };
  if (component === undefined) {
    return {
      ...inlinePorts(
        inputs,
        outputs,
        () => undefined,
        () => undefined,
      ),
      inputs,
      outputs,
      ...rest,
    };
  }
  return {
    inputPorts: component.inputPorts,
    outputPorts: component.outputPorts,
    inputs: fitInputs(inputs, component.inputPorts, component.type, surroundings, what, place.at('inputs')),
    outputs: fitOutputs(outputs, component.outputPorts, what, place.at('outputs')),
    ...rest,
  };
}

/** Inputs whose literal can be told before anything is judged: settings and predefined arguments may be bound to them. */
export function literalsOf(raw: unknown, surroundings: Surroundings | undefined): Map<string, Literal | undefined> {
  const literals = new Map<string, Literal | undefined>();
  for (const [name, given] of Object.entries(isRecord(raw) ? raw : {})) {
    const value = isRecord(given) && 'value' in given ? given.value : given;
    const reference = typeof value === 'string' ? soleReference(value) : undefined;
    if (reference !== undefined)
      literals.set(name, reference.scope === 'parent_input' ? surroundings?.inputs.get(reference.name) : undefined);
    else literals.set(name, typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined);
  }
  return literals;
}
