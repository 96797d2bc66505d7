/**
 * What an options object may hold: one definition, with a rule for each name. The compiler holds it equal to the interface that
 * has the types and says what they mean, and programs without types are judged by it when they run.
 */
import { type Problem, RequestError } from '../../../errors/types.ts';
import { isRecord } from '../../../language/check.ts';
import { nearest } from '../../../language/near.ts';
import { shown } from '../invalid.ts';
import type { Rule } from './rules.ts';

export type Shape<T> = { readonly [K in keyof T]-?: Rule<T[K]> };

export class Options<T extends object> {
  /** Whose options they are, as a user calls it. */
  readonly of: string;
  readonly shape: Shape<T>;
  readonly #together: (options: T) => readonly Problem[];

  /** `together`: what is wrong with values that are right one by one. */
  constructor(of: string, shape: Shape<T>, together: (options: T) => readonly Problem[] = () => []) {
    this.of = of;
    this.shape = shape;
    this.#together = together;
  }

  get names(): readonly string[] {
    return Object.keys(this.shape);
  }

  /**
   * The options that have a value: Python programs, and those without types, give None or null for what they leave out.
   * @throws RequestError with everything that is wrong, unknown names among it.
   */
  judge(given: unknown): T {
    if (!isRecord(given)) {
      throw new RequestError(problem('options', `${this.of} takes its options as an object, found ${shown(given)}.`));
    }
    const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null));
    const unknown = Object.keys(given).filter((name) => !Object.hasOwn(this.shape, name));
    const problems = [
      ...unknown.flatMap((name) => this.unknown(name).problems),
      ...this.names.flatMap((name) => this.problemsOf(name, options[name])),
    ];
    if (problems.length > 0) throw new RequestError(problems);
    const judged = options as T;
    const together = this.#together(judged);
    if (together.length > 0) throw new RequestError(together);
    return judged;
  }

  /** What is wrong with the value of one option. */
  problemsOf(name: string, value: unknown): readonly Problem[] {
    const rule = (this.shape as Readonly<Record<string, Rule<unknown>>>)[name];
    if (rule === undefined || accepts(rule, value)) return [];
    if (isParameter(value) && !rule.parameter) return [problem(name, `${name} cannot be a pipeline parameter.`)];
    const found = isParameter(value) ? value.defaultValue : value;
    return [problem(name, `${name} must be ${rule.expected}, found ${shown(found)}.`)];
  }

  /** That there is no such option. */
  unknown(name: string): RequestError {
    const near = nearest(name, this.names);
    const hint = near === undefined ? `It has: ${this.names.join(', ')}.` : `Did you mean ${near}?`;
    return new RequestError({ code: 'unknown-option', path: name, message: `${this.of} has no option ${name}.`, hint });
  }
}

function isParameter(value: unknown): value is { readonly defaultValue: unknown } {
  return typeof value === 'object' && value !== null && 'defaultValue' in value;
}

function accepts(rule: Rule<unknown>, value: unknown): boolean {
  return rule.accepts(value);
}

function problem(name: string, message: string): Problem {
  return { code: 'invalid-value', path: name, message };
}
