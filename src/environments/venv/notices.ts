/** What of a declared environment is not made, in one line. */
import type { EnvironmentSpec } from '../../language/types.ts';
import { packagesFor } from '../packages.ts';
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

/** What to do about a module that an environment, made of what the job declares, has not. */
export function undeclaredModuleHint(environment: EnvironmentSpec | undefined, module: string): string {
  const { condaFile, build } = environment ?? {};
  const [name = module] = packagesFor(module);
  const place = condaFile ?? (build === undefined ? "the job's environment" : `${build.path}/${build.dockerfilePath ?? 'Dockerfile'}`);
  return `${place} does not ask for the package that brings ${module}. Add it there (${name}), and run the job again.`;
}
