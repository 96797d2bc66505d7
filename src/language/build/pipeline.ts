/** The steps of a pipeline: each by itself, then together as a graph. */
import { isRecord } from '../check.ts';
import { STEP_NAME_PATTERNS, type StepNames } from '../extensions.ts';
import type { Place } from '../findings.ts';
import type { InputPort, OutputPort, Step } from '../types.ts';
import type { Context, Surroundings } from './context.ts';
import { bindGraph } from './graph.ts';
import { type BuiltStep, buildStep } from './step.ts';

/** What the pipeline offers its steps. */
export interface PipelineFrame {
  readonly surroundings: Surroundings;
  readonly inputPorts: Readonly<Record<string, InputPort>>;
  /** Of a job: by its outputs' own types; of a component: as declared. */
  readonly outputPorts: Readonly<Record<string, OutputPort>>;
  /** The types of the outputs were declared, and do not follow from the steps. */
  readonly declared: boolean;
  readonly stepNames: StepNames;
}

const ALLOWED: Readonly<Record<StepNames, string>> = {
  identifiers: 'lower-case letters, digits and underscores, not beginning with a digit',
  any: 'letters, digits, underscores and dashes',
};

export function buildSteps(
  raw: unknown,
  frame: PipelineFrame,
  place: Place,
  context: Context,
): { readonly steps: Readonly<Record<string, Step>> } | undefined {
  const at = place.at('jobs');
  if (!isRecord(raw) || Object.keys(raw).length === 0) {
    at.error('no-steps', 'The key "jobs" is required: expected at least one step, found none.');
    return undefined;
  }
  const built = new Map<string, BuiltStep>();
  const broken = new Set<string>();
  for (const [name, value] of Object.entries(raw)) {
    const where = at.at(name);
    if (!STEP_NAME_PATTERNS[frame.stepNames].test(name)) {
      where.keyError('invalid-name', `The step name ${JSON.stringify(name)} is not allowed: expected ${ALLOWED[frame.stepNames]}.`);
    }
    const step = buildStep(name, value, where, frame.surroundings, context);
    if (step === undefined) broken.add(name);
    else built.set(name, step);
  }
  return { steps: bindGraph(built, broken, frame, at) };
}
