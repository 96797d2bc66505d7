import { invalid, shown } from '../invalid.ts';
import { isPlain } from './rules.ts';

/**
 * The one rule for values and options: values stand in Python's order, as many as one likes; what is left stands in an options
 * object at the end, which may hold everything. `names`: in Python's order. @throws RequestError for too many, or one given twice.
 */
export function arranged(of: string, names: readonly string[], given: readonly unknown[]): Readonly<Record<string, unknown>> {
  const last = given.at(-1);
  const options = isPlain(last) ? last : {};
  const values = isPlain(last) ? given.slice(0, -1) : given;
  if (values.length > names.length) {
    throw invalid(
      'options',
      `${of} takes ${names.join(', ')} one by one and the rest as options; found ${shown(values[names.length])} behind them.`,
    );
  }
  const byName: Record<string, unknown> = {};
  for (const [index, value] of values.entries()) {
    const name = names[index] ?? '';
    if (Object.hasOwn(options, name) && value !== undefined)
      throw invalid(name, `${of}: ${name} is given twice, by its place and as an option.`);
    byName[name] = value;
  }
  return { ...byName, ...options };
}
