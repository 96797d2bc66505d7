/** Where the outputs of a job go, whether or not it is stored yet. */
import { RequestError } from '../errors/types.ts';
import type { JobSpec } from '../language/types.ts';
import { jobFacts } from '../pipeline/bind/facts.ts';
import { type BoundOutput, bindOutputs } from '../pipeline/bind/outputs.ts';
import type { GraphStep, StepGraph } from '../pipeline/graph/step-graph.ts';
import type { AssetResolver } from '../store/assets.ts';
import { jobLayout } from '../store/layout.ts';

/**
 * What the job is called decides only of places that its author did not give.
 * @param name default: its own, or any
 * @param trial only some of its mini-batches are run
 */
export function placedOutputs(
  spec: JobSpec,
  graph: StepGraph,
  assets: AssetResolver,
  { name = spec.name ?? 'job', trial = false }: { readonly name?: string; readonly trial?: boolean } = {},
): readonly (readonly [node: GraphStep, outputs: readonly BoundOutput[]])[] {
  const layout = jobLayout(assets.home, name);
  const facts = jobFacts(name, spec, trial);
  return [...graph.steps.values()].map((node) => [node, asFarAsKnown(() => bindOutputs(node, facts, layout.step(node.name), assets))]);
}

/** A datastore that is not there yet may be there when the job is created, which judges it; of one that was taken out, nothing is known. */
function asFarAsKnown(bind: () => readonly BoundOutput[]): readonly BoundOutput[] {
  try {
    return bind();
  } catch (error) {
    if (error instanceof RequestError) return [];
    throw error;
  }
}
