/** What the value of an option must be, with the words for it. */

export interface Rule<T> {
  /** As it stands after "must be": `an integer from 1 on`. */
  readonly expected: string;
  accepts(value: unknown): value is T;
  /** It may be left out. */
  readonly optional: boolean;
  /** A pipeline parameter may stand for it. */
  readonly parameter: boolean;
}

export function rule<T>(expected: string, test: (value: unknown) => boolean): Rule<T> {
  return { expected, accepts: (value): value is T => test(value), optional: false, parameter: false };
}

export function optional<T>(inner: Rule<T>): Rule<T | undefined> {
  return { ...inner, accepts: (value): value is T | undefined => value === undefined || inner.accepts(value), optional: true };
}

export const text = rule<string>('text', (value) => typeof value === 'string');
export const nonEmptyText = rule<string>('text that is not empty', (value) => typeof value === 'string' && value.trim() !== '');
export const flag = rule<boolean>('true or false', (value) => typeof value === 'boolean');
export const literal = rule<string | number | boolean>('text, a number or a boolean', (value) =>
  ['string', 'number', 'boolean'].includes(typeof value),
);

export function named(expected: string, inner: Rule<string>): Rule<string> {
  return { ...inner, expected };
}

export function whole(min: number, what = 'an integer'): Rule<number> {
  return rule(`${what} from ${min} on`, (value) => Number.isSafeInteger(value) && Number(value) >= min);
}

export function oneOf<const T extends string>(...words: readonly T[]): Rule<T> {
  const list = words.length === 1 ? words[0] : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  return rule(`${list}`, (value) => words.some((each) => each === value));
}

/** Without regard to case: as Python's packages read them. */
export function oneOfAnyCase(...words: readonly string[]): Rule<string> {
  const known = words.map((each) => each.toLowerCase());
  return { ...oneOf(...words), accepts: (value): value is string => typeof value === 'string' && known.includes(value.toLowerCase()) };
}

/** A class, as `instanceof` takes it. */
interface Class<T> {
  readonly prototype: T;
  readonly name: string;
  [Symbol.hasInstance](value: unknown): boolean;
}

export function instance<T>(type: Class<T>, expected = `a ${type.name}`): Rule<T> {
  return rule(expected, (value) => type[Symbol.hasInstance](value));
}

export function list<T>(item: Rule<T>, expected = `a list, of ${item.expected} each`): Rule<readonly T[]> {
  return rule(expected, (value) => Array.isArray(value) && value.every((each) => item.accepts(each)));
}

export function record<T>(value: Rule<T>, expected = `an object whose values are ${value.expected}`): Rule<Readonly<Record<string, T>>> {
  return rule(expected, (given) => isPlain(given) && Object.values(given).every((each) => value.accepts(each)));
}

export function either<A, B>(one: Rule<A>, other: Rule<B>): Rule<A | B> {
  return rule(`${one.expected} or ${other.expected}`, (value) => one.accepts(value) || other.accepts(value));
}

/** Judged where its meaning is known. */
export function judgedLater<T>(): Rule<T> {
  return rule('given', (value) => value !== undefined);
}

/** An object without a class of its own, as options are written. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
