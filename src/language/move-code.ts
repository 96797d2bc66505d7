/** A component whose code stands elsewhere: every step of it, and what it is built again from, name the new place. */
import { isBuilt } from './build/component.ts';
import { readPath } from './build/paths.ts';
import { isRecord } from './check.ts';
import { Findings, objectSource, Place } from './findings.ts';
import { readYaml } from './source/yaml.ts';
import type { CodeSpec, ComponentDefinition, ComponentSpec, Step } from './types.ts';

type Raw = Readonly<Record<string, unknown>>;

/** The new place of a step's code: a folder with its additional includes laid in. Absolute. */
export type MoveCode = (code: CodeSpec) => string;

/**
 * The component with all of its code moved. Component files that its definition names are taken into it.
 * @throws RequestError when such a file can not be read any more.
 */
export function moveCode(spec: ComponentSpec, move: MoveCode): ComponentSpec {
  const step = moveInStep(spec.step, move);
  return { step, ...(spec.definition && { definition: moveInDefinition(spec.definition, step, move) }) };
}

function moveInStep(step: Step, move: MoveCode): Step {
  if (step.type === 'pipeline') {
    return { ...step, steps: Object.fromEntries(Object.entries(step.steps).map(([name, inner]) => [name, moveInStep(inner, move)])) };
  }
  const code = codeOf(step);
  if (code === undefined) return step;
  const moved = { path: move(code), additionalIncludes: [] };
  if (step.type === 'command') return { ...step, code: moved };
  return step.task.type === 'model' ? step : { ...step, task: { ...step.task, code: moved } };
}

function codeOf(step: Step): CodeSpec | undefined {
  if (step.type === 'command') return step.code;
  return step.type === 'parallel' && step.task.type === 'run_function' ? step.task.code : undefined;
}

/** @param moved the step that was built from it, moved already. */
function moveInDefinition(definition: ComponentDefinition, moved: Step, move: MoveCode): ComponentDefinition {
  return { ...definition, value: moveInComponent(definition.value, definition.baseDirectory, moved, move) };
}

function moveInComponent(raw: Raw, baseDirectory: string, moved: Step, move: MoveCode): Raw {
  if (moved.type !== 'pipeline') {
    const { additional_includes: _laidIn, ...rest } = raw;
    return withCode(rest, moved);
  }
  if (!isRecord(raw.jobs)) return raw;
  const jobs = Object.entries(raw.jobs).map(([name, job]) => {
    const step = moved.steps[name];
    return [name, step === undefined || !isRecord(job) ? job : moveInJob(job, baseDirectory, step, move)];
  });
  return { ...raw, jobs: Object.fromEntries(jobs) };
}

function moveInJob(raw: Raw, baseDirectory: string, moved: Step, move: MoveCode): Raw {
  if (raw.component === undefined) return withCode(raw, moved);
  const task = isRecord(raw.task) ? raw.task : {};
  const own = raw.code === undefined && task.code === undefined ? raw : withCode(raw, moved);
  return { ...own, component: moveInUsed(raw.component, baseDirectory, moved, move) };
}

function moveInUsed(component: unknown, baseDirectory: string, moved: Step, move: MoveCode): unknown {
  if (isBuilt(component)) return moveCode(component, move);
  if (isRecord(component)) return moveInComponent(component, baseDirectory, moved, move);
  if (typeof component !== 'string') return component;
  const path = readPath(component, new Place(objectSource(baseDirectory), new Findings()));
  if (path?.kind !== 'local') return component;
  const { value, source } = readYaml(path.path);
  if (!isRecord(value)) return component;
  const definition = { value, baseDirectory: source.baseDirectory, file: path.path };
  return { step: moved, definition: moveInDefinition(definition, moved, move) } satisfies ComponentSpec;
}

/** The code as the built step has it: the keys that were written may leave it to be derived from the entry script. */
function withCode(raw: Raw, moved: Step): Raw {
  const code = codeOf(moved);
  if (code === undefined) return raw;
  if (moved.type === 'command') return { ...raw, code: code.path };
  if (moved.type !== 'parallel' || moved.task.type !== 'run_function' || !isRecord(raw.task)) return raw;
  return { ...raw, task: { ...raw.task, code: code.path, entry_script: moved.task.entryScript } };
}
