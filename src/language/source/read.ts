/** Reads a YAML file that another one names: what is wrong with it is told with the rest. */
import { RequestError } from '../../errors/types.ts';
import { Place } from '../findings.ts';
import { readYaml } from './yaml.ts';

export function readYamlFor(file: string, from: Place): { readonly value: unknown; readonly place: Place } | undefined {
  try {
    const { value, source } = readYaml(file);
    return { value, place: new Place(source, from.findings) };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    for (const problem of error.problems) {
      // A file that is not there is the mistake of the line that names it.
      if (problem.line === undefined) from.error(problem.code, `${file}: ${problem.message}`);
      else from.findings.problems.push(problem);
    }
    return undefined;
  }
}
