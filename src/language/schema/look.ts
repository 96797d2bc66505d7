/** Looks into schemas: what they allow at a path of a value. */
import * as z from 'zod';
import type { KeyPath } from '../findings.ts';

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

/** The words of a choice, in their own case; none where anything else is allowed. */
export function wordsOf(schema: Schema): readonly string[] {
  const choice = schema instanceof z.ZodUnion ? schema.options[0] : schema;
  return choice instanceof z.ZodEnum ? choice.options.map(String) : [];
}

/** Of a choice: the shape with the least against the value. */
function nearestShape(schema: Schema, value: unknown): Schema {
  if (!(schema instanceof z.ZodUnion)) return schema;
  const against = (shape: z.core.$ZodType): number => z.safeParse(shape, value).error?.issues.length ?? 0;
  return schema.options
    .filter((shape) => shape instanceof z.ZodObject || shape instanceof z.ZodRecord || shape instanceof z.ZodArray)
    .map((shape) => ({ shape, against: against(shape) }))
    .toSorted((one, other) => one.against - other.against)[0]?.shape;
}

function withoutWrapping(schema: Schema): Schema {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? withoutWrapping(schema.unwrap()) : schema;
}
