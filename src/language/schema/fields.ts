/**
 * The building blocks of the schemas. A field's error text is what is allowed there, as it stands after "Expected";
 * the judge (`check.ts`) adds what was found and where.
 */
import * as z from 'zod';

/** A mapping with these keys and no others. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape, wanted = 'a mapping of keys'): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, { error: () => wanted });
}

export function text(description: string) {
  return z.string({ error: () => 'text' }).describe(description);
}

export function nonEmpty(description: string) {
  return z
    .string({ error: () => 'text' })
    .min(1, { error: () => 'text that is not empty' })
    .describe(description);
}

/** What is never told: messages do not show what was found there. */
export function hidden<Type extends z.ZodType>(type: Type): Type {
  return type.meta({ ...type.meta(), writeOnly: true });
}

/** An integer, also written as text. */
export function integer(description: string, range: { readonly min?: number; readonly max?: number } = {}) {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = range;
  const bounds = `${range.min === undefined ? '' : ` from ${range.min}`}${range.max === undefined ? '' : ` up to ${range.max}`}`;
  const wanted = (): string => `an integer${bounds}`;
  return z
    .union(
      [
        z.int({ error: wanted }).min(min, { error: wanted }).max(max, { error: wanted }),
        z
          .string({ error: wanted })
          .regex(/^[+-]?\d+$/, { error: wanted })
          .refine((value) => Number(value) >= min && Number(value) <= max, { error: wanted }),
      ],
      { error: wanted },
    )
    .describe(description);
}

/** A number above `above`, also written as text. */
export function positive(description: string, max: number) {
  const wanted = (): string => `a number above 0, at most ${max}`;
  return z
    .union(
      [
        z.number({ error: wanted }).gt(0, { error: wanted }).max(max, { error: wanted }),
        z
          .string({ error: wanted })
          .regex(/^\d+(\.\d+)?$/, { error: wanted })
          .refine((value) => Number(value) > 0 && Number(value) <= max, { error: wanted }),
      ],
      { error: wanted },
    )
    .describe(description);
}

export function flag(description: string) {
  const wanted = (): string => 'true or false';
  return z
    .union([z.boolean({ error: wanted }), z.string({ error: wanted }).regex(/^(true|false)$/i, { error: wanted })], { error: wanted })
    .describe(description);
}

export function choice<const Values extends readonly [string, ...string[]]>(description: string, values: Values) {
  return z.enum(values, { error: () => `one of ${values.join(', ')}` }).describe(description);
}

/** One of these words, in any case. */
export function choiceInAnyCase<const Values extends readonly [string, ...string[]]>(description: string, values: Values) {
  const wanted = (): string => `one of ${values.join(', ')}`;
  return z
    .union(
      [
        z.enum(values, { error: wanted }),
        z.string({ error: wanted }).regex(new RegExp(`^(?:${values.join('|')})$`, 'i'), { error: wanted }),
      ],
      {
        error: wanted,
      },
    )
    .describe(description);
}

export function list<Item extends z.ZodType>(description: string, item: Item) {
  return z.array(item, { error: () => 'a list' }).describe(description);
}

export function mapping<Item extends z.ZodType>(description: string, item: Item) {
  return z.record(z.string(), item, { error: () => 'a mapping' }).describe(description);
}

/** A mapping that may be left empty (`inputs:` with nothing below it). */
export function optionalMapping<Item extends z.ZodType>(description: string, item: Item) {
  return mapping(description, item).nullish();
}

/** Any mapping, kept as it is. */
export function anyMapping(description: string) {
  return mapping(description, z.unknown());
}

const SCALAR = 'text, a number or a boolean';

export function scalar(description: string) {
  return z
    .union([z.string({ error: () => SCALAR }), z.number({ error: () => SCALAR }), z.boolean({ error: () => SCALAR })], {
      error: () => SCALAR,
    })
    .describe(description);
}

/** Tags and properties: text, or nothing. @param known names that an editor offers, with their descriptions */
export function textMapping(description: string, known: Readonly<Record<string, string>> = {}) {
  return offering(known, mapping(description, z.string({ error: () => 'text' }).nullable())).nullish();
}

/** The same, and an editor's schema has these names. */
export function offering<Type extends z.ZodType>(known: Readonly<Record<string, string>>, type: Type): Type {
  const names = Object.entries(known).map(([name, description]) => [name, { type: 'string', description }] as const);
  return names.length === 0 ? type : type.meta({ ...type.meta(), properties: Object.fromEntries(names) });
}

/** A version: text, or a number (which is taken as it was written). */
export function version(description: string) {
  const wanted = (): string => 'a version: text or a number';
  return z
    .union([z.string({ error: wanted }).min(1, { error: wanted }), z.number({ error: wanted })], { error: wanted })
    .describe(description);
}

/** One of several shapes: the judge takes the one that the value's own shape points to. */
export function either<const Options extends readonly [z.ZodType, z.ZodType, ...z.ZodType[]]>(
  description: string,
  wanted: string,
  options: Options,
) {
  return z.union(options, { error: () => wanted }).describe(description);
}
