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

/** `replace`: makes an entry from what is assigned. */
export function closedMapping<V>(entries: Record<string, V>, what: string, replace: (value: unknown, before: V) => V): Record<string, V> {
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
      const before = typeof name === 'symbol' ? undefined : target[name];
      return before === undefined ? refuse(String(name)) : Reflect.set(target, name, replace(value, before));
    },
  });
}
