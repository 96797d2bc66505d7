/** Code folders of a job that hold more than code. */
import type { Problem } from '../errors/types.ts';
import type { JobSpec } from '../language/types.ts';
import { codeSizeWarning } from '../pipeline/code/code-size.ts';
import { dataBeside } from '../pipeline/code/data-beside.ts';
import { buildGraph } from '../pipeline/graph/step-graph.ts';
import { codeOf } from '../pipeline/steps/step.ts';
import type { AssetResolver } from '../store/assets.ts';
import { placedOutputs } from './placed-outputs.ts';
import { holderOf, placeOf } from './problem-place.ts';

/** A warning for each code folder of unusual size, however many steps share it. */
export function largeCodeFolders(spec: JobSpec, assets: AssetResolver): readonly Problem[] {
  const graph = buildGraph(spec);
  const placed = placedOutputs(spec, graph, assets);
  const outputs = placed.flatMap(([, bound]) => bound);
  const exclude = [assets.home, ...dataBeside(spec, graph, outputs)];
  const found = new Map<string, Problem>();
  for (const [{ name, step }] of placed) {
    const code = codeOf(step);
    const message = code === undefined || found.has(code.path) ? undefined : codeSizeWarning(code, exclude);
    if (code === undefined || message === undefined) continue;
    found.set(code.path, {
      code: 'large-code',
      message,
      ...placeOf(holderOf(spec, name, step), step.type === 'command' ? ['code'] : ['task', 'code']),
    });
  }
  return [...found.values()];
}
