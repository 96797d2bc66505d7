/** Objects whose attributes are options: each can be read and set, and what is set is judged as by the constructor. */
import { RequestError } from '../../errors/types.ts';
import { nearest } from '../../language/index.ts';
import { judged } from './judge.ts';
import type { Definition } from './rules.ts';

/** The options as attributes of an object; one that was not given is undefined. */
export type Attributes<T> = { -readonly [K in keyof T]: T[K] };

/** Stands behind every prototype: an assignment that comes as far as this is to a name that is not there. */
const nothingElse = new Proxy(Object.create(Object.prototype), {
  set(_target, key, _value, object: object) {
    const names = Object.keys(object);
    const near = nearest(String(key), names);
    throw new RequestError({
      code: 'unknown-key',
      message: `There is no attribute ${JSON.stringify(String(key))} to be set.`,
      hint: near === undefined ? `Known: ${names.join(', ')}.` : `Did you mean ${JSON.stringify(near)}?`,
    });
  },
});

/** Takes no attributes but its own. @throws RequestError where another one is set. */
export class Closed {}
Object.setPrototypeOf(Closed.prototype, nothingElse);

/** What such an object was given, whatever its `toJSON` says. @internal */
export let givenTo: <T extends object>(object: Judged<T>) => T;

/** @throws RequestError, also where an attribute is set, for a name that is not there or a value that is not allowed. */
export class Judged<T extends object> extends Closed {
  #values: T;

  /** @internal */
  constructor(definition: Definition<T>, options: unknown) {
    super();
    this.#values = judged(definition, options);
    for (const key of definition.keys) {
      Object.defineProperty(this, key, {
        enumerable: true,
        configurable: true,
        get: () => this.#values[key],
        set: (value: unknown) => {
          this.#values = judged(definition, { ...this.#values, [key]: value });
        },
      });
    }
  }

  /** The options that were given, and nothing else. */
  toJSON(): unknown {
    return this.#values;
  }

  static {
    givenTo = (object) => object.#values;
    Object.defineProperty(Judged.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: inspected });
  }
}

function inspected(this: object, depth: number, options: object, inspect?: (value: unknown, options: object) => string): unknown {
  const { name } = this.constructor;
  return inspect === undefined || depth < 0 || !(this instanceof Judged) ? `[${name}]` : `${name} ${inspect(this.toJSON(), options)}`;
}
