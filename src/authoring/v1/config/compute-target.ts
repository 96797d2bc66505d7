import { bareName } from '../../../language/named-paths.ts';
import { rule } from '../options/rules.ts';

/** A compute by its name, by its name and type as Azure takes them, or anything that has a name. A name that is not configured runs on this machine, with a notice. */
export type ComputeTarget = string | { readonly name: string } | readonly [name: string, type: string];

export function computeName(target: ComputeTarget): string {
  return bareName(typeof target === 'string' ? target : 'name' in target ? target.name : target[0]);
}

/** What can name a compute. */
export const computeTarget = rule<ComputeTarget>(
  'the name of a compute',
  (value) => isName(value) || (Array.isArray(value) && isName(value[0])) || (isObject(value) && isName(value.name)),
);

function isName(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function isObject(value: unknown): value is { readonly name?: unknown } {
  return typeof value === 'object' && value !== null;
}
