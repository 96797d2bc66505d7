/** What of a declared environment is not made, in one line. */
import type { EnvironmentSpec } from '../../language/types.ts';
import type { Recipe } from './recipe.ts';

/** Undefined where everything is. */
export function leftOutNotice({ leftOut }: Recipe, environment: EnvironmentSpec | undefined): string | undefined {
  const { image, build } = environment ?? {};
  const container = image === undefined ? build && `what else ${build.dockerfilePath ?? 'the Dockerfile'} does` : `the image ${image}`;
  const packages = leftOut.map(({ from }) => `${from.text}${from.place === undefined ? '' : ` (${from.place})`}`);
  const parts = [...(container === undefined ? [] : [container]), ...packages];
  if (parts.length === 0) return undefined;
  const [first] = leftOut;
  return `Of the declared environment, its Python packages are made; not: ${parts.join(', ')}${first === undefined ? '' : ` - ${first.why}`}.`;
}
