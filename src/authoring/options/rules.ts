/**
 * What an object of options may hold. The interface says it to readers and to the compiler, the rules to programs that run; the
 * rules of keys that YAML has too are those of the job language, and the compiler refuses a rule too few or too many.
 */
import * as z from 'zod';
import { strict } from '../../language/schema/fields.ts';

/** One rule for each option of T. */
export type Rules<T> = { readonly [K in keyof T]-?: z.ZodType };

type NoOthers<T, R> = { readonly [K in Exclude<keyof R, keyof T>]: never };

export interface Definition<T> {
  /** What takes these options, as messages call it. */
  readonly name: string;
  /** What the paths of its mistakes begin with. */
  readonly at: readonly string[];
  readonly keys: readonly (keyof T & string)[];
  readonly schema: z.ZodObject<Readonly<Record<string, z.ZodType>>, z.core.$strict>;
}

/** `at`: what the paths of mistakes begin with; a function's begin with the option. */
export function define<T extends object>(name: string, at?: string) {
  return <R extends Rules<T>>(rules: R & NoOthers<T, R>): Definition<T> => {
    const entries: [string, z.ZodType][] = Object.entries<z.ZodType>(rules).map(([key, rule]) => [key, z.optional(rule)]);
    return {
      name,
      at: at === undefined ? [] : [at],
      keys: entries.map(([key]) => key) as (keyof T & string)[],
      schema: strict(Object.fromEntries(entries)),
    };
  };
}

type Camel<Key extends string> = Key extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : Key;

/** `mini_batch_size` → `miniBatchSize` */
export function camel(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The rules of YAML under the names of programs. */
export function camelKeys<S extends Readonly<Record<string, z.ZodType>>>(
  shape: S,
): { readonly [K in keyof S & string as Camel<K>]: z.ZodType } {
  return Object.fromEntries(Object.entries(shape).map(([key, rule]) => [camel(key), rule])) as ReturnType<typeof camelKeys<S>>;
}

/** `${{parent.inputs.x}}`, `${{inputs.x}}`: judged again with the value, once that is known. */
const BOUND = z.string().regex(/^\s*\$\{\{\s*(?:parent\.)?inputs\.\w+\s*\}\}\s*$/, { abort: true });

/** A setting that an input of the pipeline may decide. */
export function bindable(rule: z.ZodType): z.ZodType {
  return z.union([rule, BOUND], { error: ({ input }) => rule.safeParse(input).error?.issues[0]?.message });
}

/** Of every rule. */
export function allBindable<R extends Readonly<Record<string, z.ZodType>>>(rules: R): { readonly [K in keyof R]: z.ZodType } {
  return Object.fromEntries(Object.entries(rules).map(([key, rule]) => [key, bindable(rule)])) as ReturnType<typeof allBindable<R>>;
}

/** A function that is called back. */
export const callback = z.custom((value) => typeof value === 'function', { error: () => 'a function' });
