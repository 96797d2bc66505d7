/** A `model` task: a model is scored by a script of ours in place of the user's. */
import { join } from 'node:path';
import { JobFailure } from '../errors/types.ts';
import type { AssetResolver } from '../runs/assets.ts';
import { parseTemplate, renderTemplate } from '../spec/expressions.ts';
import type { CodeSpec, ModelTask } from '../spec/types.ts';
import { locate } from './locate.ts';
import type { Resolve } from './render.ts';

/** Its name in the step's code folder. */
export const scoringScript = 'score_model.py';

/** The code of the step. */
export const scoringCode: CodeSpec = {
  path: join(import.meta.dirname, '..', '..', 'python', 'model_scoring', scoringScript),
  additionalIncludes: [],
};

export function modelArguments(task: ModelTask, given: { readonly resolve: Resolve; readonly assets: AssetResolver }): readonly string[] {
  const written = renderTemplate(parseTemplate(task.model), (reference) => given.resolve(reference)?.text);
  const location = locate(written, 'mlflow_model', given.assets);
  if (location.kind === 'local') return ['--model', location.path];
  throw new JobFailure({
    code: 'remote-model',
    message: `The model ${written} is not on this machine.`,
    hint: 'Download it and give its local path, or register it.',
  });
}
