/** Component files: a step without values, to be used in many pipelines. */
import * as z from 'zod';
import { extensionsAt } from '../extensions.ts';
import { described, environment, environmentVariables, identity, inputPort, outputPort, resources, writtenByService } from './common.ts';
import { choiceInAnyCase, flag, list, mapping, nonEmpty, offering, optionalMapping, strict, text, version } from './fields.ts';
import { pipelineSettings } from './jobs.ts';
import { commandKeys, limits, parallelKeys } from './steps.ts';

const componentKeys = {
  ...described,
  ...writtenByService,
  name: nonEmpty('The name of the component: lower-case letters, digits and underscores.').optional(),
  version: version('The version of the component.').optional(),
  properties: mapping('Properties, by name.', z.unknown()).nullish(),
  is_deterministic: flag('Its outputs follow from its inputs alone, so that finished ones can be taken again. Default: true.').optional(),
  inputs: optionalMapping('What it takes, by name.', inputPort),
  outputs: optionalMapping('What it writes, by name.', outputPort),
  latest_version: z.unknown().optional(),
  auto_delete_setting: z.unknown().optional(),
  intellectual_property: z.unknown().optional(),
};

const additionalIncludes = list('Further files and folders laid beside the code, relative to this file.', nonEmpty('A path.')).nullish();

export const parallelComponent = strict({
  ...componentKeys,
  type: choiceInAnyCase('The kind of component.', ['parallel']),
  properties: offering(extensionsAt({ type: 'parallel', role: 'definition' }), mapping('Properties, by name.', z.unknown())).nullish(),
  ...z.object(parallelKeys).partial().shape,
  resources: resources.optional(),
  environment: environment.optional(),
  environment_variables: environmentVariables,
  identity: identity.nullish(),
  compute: text('').optional(),
  additional_includes: additionalIncludes,
});

export const commandComponent = strict({
  ...componentKeys,
  type: choiceInAnyCase('The kind of component. Default: `command`.', ['command']).optional(),
  ...z.object(commandKeys).partial().shape,
  environment: environment.optional(),
  environment_variables: environmentVariables,
  resources: resources.optional(),
  identity: identity.nullish(),
  limits: limits.optional(),
  additional_includes: additionalIncludes,
});

export const pipelineComponent = strict({
  ...componentKeys,
  type: choiceInAnyCase('The kind of component.', ['pipeline']),
  jobs: mapping('The steps, by name.', z.unknown()).optional(),
  settings: pipelineSettings.nullish(),
});
