/** Outputs that name no path go where the user of this machine wants them, in place of the home's datastore. */
import { join, resolve } from 'node:path';
import { RequestError } from '../errors/types.ts';
import { parseTemplate, references } from '../language/expressions.ts';
import type { JobSpec, OutputValue, Step } from '../language/types.ts';
import { jobOutputOf, outputType, outputValues } from '../pipeline/bind/outputs.ts';
import type { GraphStep } from '../pipeline/graph/step-graph.ts';
import { buildGraph } from '../pipeline/graph/step-graph.ts';

/**
 * The job with a path for each of its outputs that has none: a folder of the output's name. What only goes from step to step stays in
 * the home.
 * @param directory may hold `${{name}}` and `${{experiment_name}}` of the job; relative to the working directory
 * @throws RequestError for another expression in it
 */
export function withOutputDirectory(spec: JobSpec, directory: string): JobSpec {
  checkExpressions(directory);
  const placed = (node: GraphStep, name: string, ofJob: string): string =>
    join(resolve(directory), ofJob, outputType(node, name) === 'uri_file' ? '/' : '');
  const nodes = [...buildGraph(spec).steps.values()];
  const outputs: Record<string, OutputValue> = { ...spec.outputs };
  for (const node of nodes) {
    for (const name of new Set([...Object.keys(node.step.outputPorts), ...Object.keys(node.step.outputs)])) {
      const own = node.step.outputs[name] ?? {};
      const ofJob = spec.standalone ? name : jobOutputOf(node.scope, own);
      if (ofJob === undefined || ofJob === 'artifacts' || outputValues(node, name).some(({ path }) => path !== undefined)) continue;
      outputs[ofJob] = { ...(spec.standalone ? own : outputs[ofJob]), path: placed(node, name, ofJob) };
    }
  }
  if (!spec.standalone) return { ...spec, outputs };
  const withOutputs = (step: Step): Step => ({ ...step, outputs: { ...step.outputs, ...outputs } });
  return { ...spec, steps: Object.fromEntries(Object.entries(spec.steps).map(([name, step]) => [name, withOutputs(step)])) };
}

const allowed = ['name', 'experiment_name'];

function checkExpressions(directory: string): void {
  const other = references(parseTemplate(directory)).find(
    ({ reference }) => reference.scope !== 'macro' || !allowed.includes(reference.name),
  );
  if (other === undefined) return;
  throw new RequestError({
    code: 'bad-output-dir',
    message: `The folder for outputs, ${JSON.stringify(directory)}, holds an expression that is not known there.`,
    hint: 'Known: ${{name}}, the name of the job, and ${{experiment_name}}.',
  });
}
