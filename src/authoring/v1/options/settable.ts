import { inspect } from 'node:util';
import type { Options } from './judge.ts';

export type Settable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * A base class whose instances hold options as attributes that can be changed after they were made: a change is judged like what
 * was given to the constructor, and a name that is no attribute is refused. `complete`: the options with their defaults.
 */
export function settable<O extends object, S extends O>(
  options: Options<O>,
  complete: (given: O) => S,
): new (
  given: unknown,
) => Settable<S> {
  const attributesOf = (given: unknown) => new Map<string, unknown>(Object.entries(complete(options.judge(given))));
  class Attributes {
    constructor(given: unknown) {
      let values = attributesOf(given);
      for (const name of options.names) {
        Object.defineProperty(this, name, {
          enumerable: true,
          get: () => values.get(name),
          set: (value: unknown) => {
            values = attributesOf({ ...Object.fromEntries(values), [name]: value });
          },
        });
      }
      Object.defineProperty(this, inspect.custom, { value: () => ({ ...this }) });
      // biome-ignore lint/correctness/noConstructorReturn: the proxy is what stands between an attribute's name and a slip of the pen.
      return new Proxy(this, {
        set(target, name, value) {
          if (typeof name === 'string' && !Reflect.has(target, name)) throw options.unknown(name);
          return Reflect.set(target, name, value);
        },
      });
    }
  }
  return Attributes as unknown as new (
    given: unknown,
  ) => Settable<S>;
}
