/** Looks into schemas: what they allow at a path of a value. */
import * as z from 'zod';
import type { KeyPath } from '../findings.ts';
import { nearest } from '../near.ts';

type Schema = z.core.$ZodType | undefined;

/** Of a choice on the way, the shape that the value comes nearest to. */
export function schemaAt(schema: Schema, path: KeyPath, value: unknown): Schema {
  const bare = withoutWrapping(schema);
  const [key, ...rest] = path;
  if (key === undefined) return bare;
  const inner = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  const holder = nearestShape(bare, value);
  if (holder instanceof z.ZodObject) return schemaAt(holder.shape[key], rest, inner);
  if (holder instanceof z.ZodRecord) return schemaAt(holder.valueType, rest, inner);
  return holder instanceof z.ZodArray ? schemaAt(holder.element, rest, inner) : undefined;
}

/** The keys of the mapping that the value is meant to be. */
export function keysOf(schema: Schema, value: unknown): readonly string[] {
  const shape = nearestShape(schema, value);
  return shape instanceof z.ZodObject ? Object.keys(shape.shape) : [];
}

/** Those of them that mean something here. */
export function tellingKeysOf(schema: Schema, value: unknown): readonly string[] {
  const shape = nearestShape(schema, value);
  if (!(shape instanceof z.ZodObject)) return [];
  const entries: readonly (readonly [string, z.core.$ZodType])[] = Object.entries(shape.shape);
  return entries.flatMap(([key, inner]) => (/^(?:Ignored|Cloud only)/.test(descriptionOf(inner)) ? [] : [key]));
}

function descriptionOf(schema: Schema): string {
  if (schema === undefined) return '';
  const own = z.globalRegistry.get(schema)?.description;
  return own ?? (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? descriptionOf(schema.unwrap()) : '');
}

/** The key of a mapping under which another key would be known. */
export function placeOfKey(schema: Schema, value: unknown, key: string): string | undefined {
  const shape = nearestShape(schema, value);
  if (!(shape instanceof z.ZodObject)) return undefined;
  const entries: readonly (readonly [string, Schema])[] = Object.entries(shape.shape);
  return entries.find(([, inner]) =>
    [withoutWrapping(inner), ...choicesOf(inner)].some((one) => one instanceof z.ZodObject && Object.hasOwn(one.shape, key)),
  )?.[0];
}

/** What stands there is a secret. */
export function isHidden(schema: Schema): boolean {
  return schema !== undefined && z.globalRegistry.get(schema)?.writeOnly === true;
}

/** The alternatives of a choice. */
export function choicesOf(schema: Schema): readonly z.core.$ZodType[] {
  const bare = withoutWrapping(schema);
  return bare instanceof z.ZodUnion ? bare.options : [];
}

/** The words of a choice, in their own case; none where anything else is allowed. */
export function wordsOf(schema: Schema): readonly string[] {
  const choice = schema instanceof z.ZodUnion ? schema.options[0] : schema;
  return choice instanceof z.ZodEnum ? choice.options.map(String) : [];
}

/** Of a choice: the shape that the value is meant to be. */
function nearestShape(schema: Schema, value: unknown): Schema {
  if (!(schema instanceof z.ZodUnion)) return schema;
  const shapes = schema.options.filter(
    (shape) => shape instanceof z.ZodObject || shape instanceof z.ZodRecord || shape instanceof z.ZodArray,
  );
  return byFit(
    shapes.map((shape) => ({ of: shape, shape, issues: z.safeParse(shape, value).error?.issues.length ?? 0 })),
    value,
  )[0];
}

/** Alternatives by how well a value fits: the fewest keys that are not even near misses, then the least against it. */
export function byFit<T>(
  alternatives: readonly { readonly of: T; readonly shape: Schema; readonly issues: number }[],
  value: unknown,
): readonly T[] {
  const strange = (shape: Schema): number => {
    if (!(shape instanceof z.ZodObject) || typeof value !== 'object' || value === null) return 0;
    const known = Object.keys(shape.shape);
    return Object.keys(value).filter((key) => nearest(key, known) === undefined).length;
  };
  return alternatives
    .map(({ of, shape, issues }) => ({ of, issues, strange: strange(shape) }))
    .toSorted((one, other) => one.strange - other.strange || one.issues - other.issues)
    .map(({ of }) => of);
}

function withoutWrapping(schema: Schema): Schema {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? withoutWrapping(schema.unwrap()) : schema;
}
