/** Job files: pipelines with their steps, and parallel or command work as a job of its own. */
import * as z from 'zod';
import { extensionsAt, type PropertiesOf } from '../extensions.ts';
import { described, environment, identity, inputs, outputs, services, writtenByService } from './common.ts';
import { choiceInAnyCase, either, flag, mapping, nonEmpty, strict, text, textMapping } from './fields.ts';
import { commandKeys, limits, parallelKeys, runKeys } from './steps.ts';

const optionalParallelKeys = z.object(parallelKeys).partial().shape;
const optionalCommandKeys = z.object(commandKeys).partial().shape;

const stepKeys = {
  ...described,
  name: text('Ignored: a step is named by its key.').optional(),
  comment: text('For people.').optional(),
  experiment_name: text('For people.').optional(),
  inputs,
  outputs,
};

function properties(where: PropertiesOf) {
  return textMapping('Properties, by name.', extensionsAt(where));
}

export const component = either(
  'The component: a file (`./score.yml`), `azureml:name:version`, `azureml:name@latest`, or a component written here.',
  'a path, `azureml:name:version`, or a mapping',
  [nonEmpty('A reference.'), mapping('A component.', z.unknown())],
);

export const parallelStep = strict({
  ...stepKeys,
  properties: properties({ type: 'parallel', role: 'use' }),
  type: choiceInAnyCase('The kind of step.', ['parallel']).optional(),
  component: component.optional(),
  ...runKeys,
  ...optionalParallelKeys,
  environment: environment.optional(),
});

export const commandStep = strict({
  ...stepKeys,
  properties: properties({ type: 'command', role: 'use' }),
  type: choiceInAnyCase('The kind of step.', ['command']).optional(),
  component: component.optional(),
  ...runKeys,
  ...optionalCommandKeys,
  environment: environment.optional(),
  limits: limits.optional(),
  parent_job_name: z.unknown().optional(),
});

export const pipelineStep = strict({
  ...stepKeys,
  properties: properties({ type: 'pipeline', role: 'use' }),
  type: choiceInAnyCase('The kind of step.', ['pipeline']).optional(),
  component,
  compute: runKeys.compute,
});

export const pipelineSettings = z
  .looseObject(
    {
      default_compute: text('Where steps run that do not say it themselves.').optional(),
      default_datastore: text('Where outputs go that do not say it themselves.').optional(),
      continue_on_step_failure: flag('After a failed step, go on with those that do not depend on it. Default: false.').optional(),
      force_rerun: flag('Run every step, also those whose finished outputs could be taken. Default: false.').optional(),
    },
    { error: () => 'a mapping of keys' },
  )
  .describe('Settings of the pipeline. Unknown keys are kept.');

const jobKeys = {
  ...described,
  ...writtenByService,
  name: nonEmpty('The name of the job; unique. Default: made up.').optional(),
  experiment_name: text(
    'The experiment that the job is filed under. Default: called after the folder that the job is created in.',
  ).optional(),
  compute: runKeys.compute,
  identity: identity.nullish(),
  services,
  inputs,
  outputs,
};

export const pipelineJob = strict({
  ...jobKeys,
  properties: properties('pipeline_job'),
  type: choiceInAnyCase('The kind of job.', ['pipeline']).optional(),
  settings: pipelineSettings.optional(),
  /** Judged step by step, so that a mistake in one hides nothing in another. */
  jobs: mapping('The steps, by name.', z.unknown()).optional(),
  component: component.optional().describe('A pipeline component that the job runs: a file, or `azureml:name:version`. Instead of `jobs`.'),
});

export const parallelJob = strict({
  ...jobKeys,
  properties: properties({ type: 'parallel', role: 'definition' }),
  type: choiceInAnyCase('The kind of job.', ['parallel']),
  component: component.optional(),
  ...runKeys,
  ...optionalParallelKeys,
  environment: environment.optional(),
});

export const commandJob = strict({
  ...jobKeys,
  type: choiceInAnyCase('The kind of job. Default: `command`.', ['command']).optional(),
  ...runKeys,
  ...optionalCommandKeys,
  environment: environment.optional(),
  component: component.optional(),
  limits: limits.optional(),
  parameters: z.unknown().optional(),
  parent_job_name: z.unknown().optional(),
});
