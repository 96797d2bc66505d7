/** A mapping by names that are fixed: another one is refused where it is read or written, not where its absence shows. */
import { RequestError } from '../../errors/types.ts';
import { suggestion } from '../../language/index.ts';

/** What looks at objects asks for these of anything. */
const ASKED_OF_ANYTHING = new Set([
  'then',
  'toJSON',
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'asymmetricMatch',
  '$$typeof',
  'nodeType',
  'tagName',
]);

/** `replace`: makes an entry from what is assigned; without it nothing can be. */
export function closedMapping<V>(entries: Record<string, V>, what: string, replace?: (value: unknown) => V): Record<string, V> {
  const refuse = (name: string): never => {
    const known = Object.keys(entries);
    throw new RequestError({
      code: 'unknown-name',
      message: `There is no ${what} called ${JSON.stringify(name)}.`,
      hint: suggestion(name, known, 'other'),
    });
  };
  return new Proxy(entries, {
    get(target, name) {
      if (typeof name === 'symbol' || Object.hasOwn(target, name)) return Reflect.get(target, name);
      return ASKED_OF_ANYTHING.has(name) || name.startsWith('@@') ? Reflect.get(target, name) : refuse(name);
    },
    set(target, name, value) {
      if (typeof name === 'symbol' || !Object.hasOwn(target, name)) return refuse(String(name));
      if (replace === undefined) {
        throw new RequestError({
          code: 'read-only',
          message: `The ${what} called ${JSON.stringify(name)} cannot be replaced.`,
          hint: 'Set its attributes: path, mode, type, name, version.',
        });
      }
      return Reflect.set(target, name, replace(value));
    },
  });
}
