/** Files that describe what is registered by name: data and models. Environments are in `common.ts`, datastores in `datastores.ts`. */
import * as z from 'zod';
import { DATA_TYPES } from './common.ts';
import { anyMapping, choiceInAnyCase, nonEmpty, strict, text, textMapping, version } from './fields.ts';

export const registered = {
  $schema: text('The schema that editors use.').optional(),
  name: nonEmpty('Its name.').optional(),
  version: version('Its version. Default: the next number.').optional(),
  description: text('What it is.').optional(),
  tags: textMapping('Tags, by name.'),
  properties: textMapping('Properties, by name.'),
  id: z.unknown().optional().describe('Ignored: written by a service.'),
  creation_context: z.unknown().optional().describe('Ignored: written by a service.'),
};

export const dataAsset = strict({
  ...registered,
  type: choiceInAnyCase('What the path leads to. Default: `uri_folder`.', DATA_TYPES).optional(),
  path: nonEmpty('A local path (relative to this file), or an `azureml://datastores/NAME/paths/…` or web URI.'),
});

export const modelAsset = strict({
  ...registered,
  type: choiceInAnyCase('What the path leads to. Default: `custom_model`.', DATA_TYPES).optional(),
  path: nonEmpty('A local path (relative to this file), or an `azureml://datastores/NAME/paths/…` or web URI.'),
  flavors: anyMapping('Kept by clouds; ignored here.').optional(),
  stage: text('Kept by clouds; ignored here.').optional(),
});
