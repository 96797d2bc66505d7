/** JSON Schemas for editors, made from the very definitions that judge the files. */
import * as z from 'zod';
import { isRecord } from './check.ts';
import { dataAsset, modelAsset } from './schema/assets.ts';
import { environmentObject } from './schema/common.ts';
import { commandComponent, parallelComponent, pipelineComponent } from './schema/components.ts';
import { datastoreFile } from './schema/datastores.ts';
import { mapping } from './schema/fields.ts';
import { commandJob, commandStep, parallelJob, parallelStep, pipelineJob, pipelineStep } from './schema/jobs.ts';

export const SCHEMA_KINDS = ['job', 'component', 'environment', 'data', 'model', 'datastore'] as const;
export type SchemaKind = (typeof SCHEMA_KINDS)[number];

export function jsonSchema(kind: SchemaKind): Record<string, unknown> {
  return editorSchema(kind, definition(kind));
}

/** The JSON Schema (draft 2020-12) of any definition, with a description at every key that has something to say. */
export function editorSchema(kind: string, schema: z.ZodType): Record<string, unknown> {
  const tidied = tidy(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), false);
  return { ...(isRecord(tidied) ? tidied : {}), title: `parallelrun ${kind} file` };
}

/** A setting of a step may be bound to an input instead of being written out. */
const EXPRESSION = { type: 'string', pattern: '\\$\\{\\{.*\\}\\}' };

/** What zod writes for its own sake goes; settings of steps may be expressions. */
function tidy(node: unknown, inStep: boolean): unknown {
  if (Array.isArray(node)) return node.map((item) => tidy(item, inStep));
  if (!isRecord(node)) return node;
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    const noise =
      (key === 'maximum' && value === Number.MAX_SAFE_INTEGER) ||
      (key === 'minimum' && value === Number.MIN_SAFE_INTEGER) ||
      key === 'propertyNames' ||
      (key === 'description' && value === '') ||
      (key === 'additionalProperties' && isRecord(value) && Object.keys(value).length === 0);
    if (noise) continue;
    if (key === 'properties' && isRecord(value)) {
      result[key] = Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [
          name,
          inStep && name !== 'type' ? bindable(tidy(inner, true)) : tidy(inner, inStep || name === 'jobs'),
        ]),
      );
    } else result[key] = tidy(value, inStep);
  }
  return withoutCaseVariants(result);
}

/** `anyOf` an enum and the same words in any case: editors need the enum alone. */
function withoutCaseVariants(node: Record<string, unknown>): Record<string, unknown> {
  const { anyOf, ...rest } = node;
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return node;
  const [words, pattern] = anyOf.map((each) => (isRecord(each) ? each : {}));
  return Array.isArray(words?.enum) && typeof pattern?.pattern === 'string' ? { ...words, ...rest } : node;
}

function bindable(node: unknown): unknown {
  if (!isRecord(node)) return node;
  const { description, ...rest } = node;
  const alternatives = Array.isArray(rest.anyOf) ? rest.anyOf : [rest];
  const scalar = alternatives.some(
    (each) => isRecord(each) && (['integer', 'number', 'boolean'].includes(String(each.type)) || Array.isArray(each.enum)),
  );
  return scalar ? { anyOf: [...alternatives, EXPRESSION], ...(description !== undefined && { description }) } : node;
}

function definition(kind: SchemaKind): z.ZodType {
  const jobs = mapping('The steps, by name.', z.union([parallelStep, commandStep, pipelineStep]));
  switch (kind) {
    case 'job':
      return z.union([pipelineJob.extend({ jobs: jobs.optional() }), parallelJob, commandJob]);
    case 'component':
      return z.union([parallelComponent, commandComponent, pipelineComponent.extend({ jobs: jobs.optional() })]);
    case 'environment':
      return environmentObject;
    case 'data':
      return dataAsset;
    case 'model':
      return modelAsset;
    case 'datastore':
      return datastoreFile;
  }
}
