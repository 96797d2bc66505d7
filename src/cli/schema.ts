/** JSON Schemas for editors, made from the same definitions that judge files. */
import * as z from 'zod';
import { RequestError } from '../errors/types.ts';
import { dataAsset, datastoreAsset, modelAsset } from '../spec/schema/assets.ts';
import { environmentObject } from '../spec/schema/common.ts';
import { commandComponent, parallelComponent, pipelineComponent } from '../spec/schema/components.ts';
import { mapping } from '../spec/schema/fields.ts';
import { commandJob, commandStep, parallelJob, parallelStep, pipelineJob, pipelineStep } from '../spec/schema/jobs.ts';

const steps = mapping('The steps, by name.', z.union([parallelStep, commandStep, pipelineStep]));

const kinds: Readonly<Record<string, z.ZodType>> = {
  job: z.union([pipelineJob.extend({ jobs: steps.optional() }), parallelJob, commandJob]),
  component: z.union([parallelComponent, commandComponent, pipelineComponent.extend({ jobs: steps.optional() })]),
  environment: environmentObject,
  data: dataAsset,
  model: modelAsset,
  datastore: datastoreAsset,
};

/** @throws RequestError for a kind of file that has no schema. */
export function schema(kind: string): unknown {
  const found = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (found === undefined) {
    throw new RequestError({
      code: 'unknown-kind',
      message: `No schema for ${JSON.stringify(kind)}: expected ${Object.keys(kinds).join(', ')}.`,
    });
  }
  return { title: `parallelrun ${kind}`, ...z.toJSONSchema(found, { io: 'input', unrepresentable: 'any' }) };
}
