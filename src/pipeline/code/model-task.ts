/** A `model` task: a model is scored by a script of ours in place of the user's. */
import { join } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import type { CodeSpec, ModelTask } from '../../language/types.ts';
import { packageRoot } from '../../os/own-files.ts';
import type { AssetResolver } from '../../store/assets.ts';
import { locate } from '../bind/locate.ts';
import { type Resolve, renderText } from '../bind/render.ts';

/** Its name in the step's code folder. */
export const scoringScript = 'score_model.py';

/** The code of the step. */
export const scoringCode: CodeSpec = {
  path: join(packageRoot, 'python', 'model_scoring', scoringScript),
  additionalIncludes: [],
};

export function modelArguments(task: ModelTask, given: { readonly resolve: Resolve; readonly assets: AssetResolver }): readonly string[] {
  return ['--model', modelPath(renderText(task.model, given.resolve), given.assets)];
}

/** @param written a path or the name of a registered model, references resolved */
export function modelPath(written: string, assets: AssetResolver): string {
  const location = locate(written, 'mlflow_model', assets);
  if (location.kind === 'local') return location.path;
  throw new RequestError({
    code: 'remote-model',
    message: `The model ${written} is not on this machine.`,
    hint: 'Download it and give its local path, or register it.',
  });
}
