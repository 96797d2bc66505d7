/** Outputs of one job that would be one file, whatever ways of writing its path lead there. */
import { type Problem, RequestError } from '../errors/types.ts';
import type { JobSpec } from '../language/types.ts';
import { jobFacts } from '../pipeline/bind/facts.ts';
import { type BoundOutput, bindOutputs, rowsFile } from '../pipeline/bind/outputs.ts';
import { realPlace } from '../pipeline/bind/places.ts';
import { buildGraph } from '../pipeline/graph/step-graph.ts';
import type { AssetResolver } from '../store/assets.ts';
import { jobLayout } from '../store/layout.ts';
import { holderOf, placeOf } from './place.ts';

/** Several steps may fill one folder, as the cloud lets them; of a file only what the last one wrote would be left. */
export function clashingOutputs(spec: JobSpec, assets: AssetResolver): readonly Problem[] {
  // What the job will be called decides nothing: only places that the author gave can be the same.
  const name = spec.name ?? 'job';
  const layout = jobLayout(assets.home, name);
  const facts = jobFacts(name, spec);
  const writers = new Map<string, string>();
  const problems: Problem[] = [];
  for (const node of buildGraph(spec).steps.values()) {
    for (const output of placedOutputs(() => bindOutputs(node, facts, layout.step(node.name), assets))) {
      const isRows = node.step.type === 'parallel' && node.step.task.appendRowTo === output.name;
      if (!output.chosen || !(isRows || output.isFile)) continue;
      const file = isRows ? rowsFile(node, output) : output.path;
      const own = `${node.name}.${output.name}`;
      const other = writers.get(realPlace(file));
      writers.set(realPlace(file), own);
      if (other === undefined) continue;
      problems.push({
        code: 'two-writers',
        message: `${file} is written twice: by ${other} and by ${own}.`,
        hint: 'Give each a path of its own.',
        ...placeOf(holderOf(spec, node.name, node.step), ['outputs', output.name]),
      });
    }
  }
  return problems;
}

/** A datastore that is not there yet may be there when the job is created, which judges it. */
export function placedOutputs(bind: () => readonly BoundOutput[]): readonly BoundOutput[] {
  try {
    return bind();
  } catch (error) {
    if (error instanceof RequestError) return [];
    throw error;
  }
}
