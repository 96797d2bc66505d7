/** The judge of jobs speaks YAML; programs are told the names that they were written with. */
import type * as z from 'zod';
import { type Problem, RequestError } from '../../errors/types.ts';
import { environmentObject, inputPort, outputPort, resources } from '../../language/schema/common.ts';
import { commandComponent, parallelComponent, pipelineComponent } from '../../language/schema/components.ts';
import { commandJob, parallelJob, pipelineJob, pipelineSettings } from '../../language/schema/jobs.ts';
import { distribution, limits, retrySettings, task } from '../../language/schema/steps.ts';
import { camel } from './rules.ts';

const SHAPES: readonly z.ZodObject[] = [
  ...[parallelJob, commandJob, pipelineJob, parallelComponent, commandComponent, pipelineComponent, pipelineSettings],
  ...[task, retrySettings, resources, limits, distribution, environmentObject, inputPort, outputPort],
];
const KEYS: ReadonlySet<string> = new Set(SHAPES.flatMap(({ shape }) => Object.keys(shape)).filter((key) => key.includes('_')));

/** Below these stand names that the author chose. */
const CHOSEN = new Set(['inputs', 'outputs', 'jobs', 'tags', 'properties', 'environment_variables', 'services']);
/** What stands below these is an option by itself. */
const GROUPS = new Set(['resources', 'limits', 'queue_settings', 'settings', 'component', 'jobs']);

/** Runs what judges documents. @throws RequestError in the words of programs. */
export function inOurWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RequestError) throw new RequestError(error.problems.map(translated), { cause: error.cause });
    throw error;
  }
}

export function translated(problem: Problem): Problem {
  const { file, path, hint } = problem;
  // A file that was read has the words of files.
  if (file !== undefined) return problem;
  return {
    ...problem,
    message: words(problem.message),
    ...(path !== undefined && { path: optionPath(path) }),
    ...(hint !== undefined && { hint: words(hint) }),
  };
}

/** What was found is the author's, and stands as it is. */
function words(text: string): string {
  const [said = '', ...found] = text.split(/(?=, found )/);
  return said.replace(/\b[a-z]+(?:_[a-z]+)+\b/g, (word) => (KEYS.has(word) ? camel(word) : word)) + found.join('');
}

/** `jobs.score.resources.instance_count` → `score.instanceCount` */
export function optionPath(path: string): string {
  let chosen = false;
  return path
    .split('.')
    .flatMap((key) => {
      const own = chosen ? key : camel(key);
      const grouped = !chosen && GROUPS.has(key);
      chosen = !chosen && CHOSEN.has(key);
      return grouped ? [] : [own];
    })
    .join('.');
}
