/** The one judge of options, wherever they are given. */
import { type Problem, RequestError } from '../../errors/types.ts';
import { check, isRecord, shown } from '../../language/check.ts';
import { Findings, objectSource, Place } from '../../language/findings.ts';
import { plain } from '../../language/plain.ts';
import type { Definition } from './rules.ts';

/** Everything that is wrong with the options. */
export function mistakesIn<T>(definition: Definition<T>, options: unknown): Problem[] {
  const findings = new Findings();
  const place = new Place(objectSource(process.cwd()), findings, definition.at);
  if (isRecord(options)) check(definition.schema, plain(options), place);
  else place.error('wrong-type', `${definition.name} takes an object of options, found ${shown(options)}.`);
  return [...mistakesOf(() => findings.throwIfAny())];
}

/**
 * The options that have a value, as they were given.
 * @throws RequestError with everything that is wrong: names that are not there, values that are not allowed.
 */
export function judged<T extends object>(definition: Definition<T>, options: unknown): T {
  const problems = mistakesIn(definition, options);
  if (problems.length > 0) throw new RequestError(problems);
  return Object.fromEntries(Object.entries(Object(options)).filter(([, value]) => value !== undefined)) as T;
}

/**
 * What is made of the options, judged by themselves and then together, as far as they are right: everything is told at once.
 * @throws RequestError with everything that is wrong.
 */
export function judgedTogether<T extends object, R>(definition: Definition<T>, options: unknown, make: (options: T) => R): R {
  const problems = mistakesIn(definition, options);
  if (problems.length === 0) return make(judged(definition, options));
  const wrong = new Set(problems.map(firstKey));
  // Where names are wrong that others use, what is said of those would be noise.
  if (isRecord(options) && !wrong.has('inputs') && !wrong.has('outputs')) {
    const right = Object.entries(options).filter(([key, value]) => value !== undefined && !wrong.has(key));
    problems.push(...mistakesOf(() => make(Object.fromEntries(right) as T)).filter((problem) => !wrong.has(firstKey(problem))));
  }
  throw new RequestError(problems);
}

function firstKey({ path = '' }: Problem): string {
  return path.split(/[.[]/)[0] ?? '';
}

function mistakesOf(work: () => unknown): readonly Problem[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof RequestError) return error.problems;
    throw error;
  }
}
