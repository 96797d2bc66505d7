/** The steps of a pipeline: each by itself, then together as a graph. */
import { isRecord } from '../check.ts';
import type { Place } from '../findings.ts';
import type { Step } from '../types.ts';
import type { Context, PipelineFrame } from './context.ts';
import type { BuiltStep } from './frame.ts';
import { bindGraph } from './graph/graph.ts';
import { checkKey } from './names.ts';
import { buildStep } from './step.ts';

export function buildSteps(raw: unknown, frame: PipelineFrame, place: Place, context: Context): Readonly<Record<string, Step>> | undefined {
  const at = place.at('jobs');
  if (!isRecord(raw) || Object.keys(raw).length === 0) {
    at.error('no-steps', 'The key "jobs" is required: expected at least one step, found none.');
    return undefined;
  }
  const built = new Map<string, BuiltStep>();
  const broken = new Set<string>();
  for (const [name, value] of Object.entries(raw)) {
    const where = at.at(name);
    checkKey(frame.stepNames === 'any' ? 'free_step' : 'step', name, 'step name', where);
    const step = buildStep(name, value, where, frame.surroundings, context);
    if (step === undefined) broken.add(name);
    else built.set(name, step);
  }
  return bindGraph(built, broken, frame, at);
}
