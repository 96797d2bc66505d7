/** Outputs of one job that would be one file, whatever ways of writing its path lead there. */
import type { Problem } from '../errors/types.ts';
import type { JobSpec } from '../language/types.ts';
import { fileIn } from '../pipeline/bind/far-output.ts';
import { rowsFile } from '../pipeline/bind/outputs.ts';
import { realPlace } from '../pipeline/bind/places.ts';
import { buildGraph } from '../pipeline/graph/step-graph.ts';
import type { AssetResolver } from '../store/assets.ts';
import { placedOutputs } from './placed-outputs.ts';
import { holderOf, placeOf } from './problem-place.ts';

/** Several steps may fill one folder, as the cloud lets them; of a file only what the last one wrote would be left. */
export function clashingOutputs(spec: JobSpec, assets: AssetResolver): readonly Problem[] {
  const writers = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [node, outputs] of placedOutputs(spec, buildGraph(spec), assets)) {
    for (const output of outputs) {
      const isRows = node.step.type === 'parallel' && node.step.task.appendRowTo === output.name;
      if ((!output.chosen && output.far === undefined) || !(isRows || output.isFile)) continue;
      const here = isRows ? rowsFile(node, output) : output.path;
      const file = output.far === undefined ? here : fileIn(output, output.far, here).address;
      const own = `${node.name}.${output.name}`;
      const place = output.far === undefined ? realPlace(file) : file;
      const other = writers.get(place);
      writers.set(place, own);
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
