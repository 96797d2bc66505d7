/** What becomes of the outputs of a step that has completed. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { copyFiles, type LeftOut } from '../../os/copy-files.ts';
import type { StepLayout } from '../../store/layout.ts';
import type { JobContext } from '../context.ts';
import type { GraphStep } from '../graph/step-graph.ts';
import type { StepOutput } from './record.ts';

/** Gathers the artifacts and registers what has a name. @throws RequestError when that name and version is taken */
export async function finishOutputs(node: GraphStep, context: JobContext, outputs: Readonly<Record<string, StepOutput>>): Promise<void> {
  const layout = context.job.layout.step(node.name);
  for (const output of context.outputs.get(node.name) ?? []) {
    if (output.path === layout.artifacts) {
      for (const { path, why } of await collectArtifacts(layout)) {
        context.control.emit({
          type: 'notice',
          level: 'warning',
          step: node.name,
          message: `${path} is not among the artifacts: it is ${why}.`,
        });
      }
    }
    const written = outputs[output.name];
    const path = written?.address ?? written?.path;
    if (output.register === undefined || path === undefined) continue;
    const asset = { kind: 'data' as const, type: output.type, path, tags: node.step.outputTags?.[output.name] ?? {}, ...output.register };
    const { version } = context.assets.register(asset);
    context.control.emit({
      type: 'notice',
      level: 'info',
      step: node.name,
      message: `The output ${output.name} is registered as azureml:${output.register.name}:${version}.`,
    });
  }
}

/** A step's artifacts are its `./outputs` too. */
async function collectArtifacts(layout: StepLayout): Promise<readonly LeftOut[]> {
  const written = join(layout.code, 'outputs');
  if (!existsSync(written) || readdirSync(written).length === 0) return [];
  return copyFiles(written, join(layout.artifacts, 'outputs'));
}
