/** Files that describe what is registered by name: data, models, datastores. Environments are in `common.ts`. */
import * as z from 'zod';
import { DATA_TYPES } from './common.ts';
import { anyMapping, choiceInAnyCase, nonEmpty, strict, text, textMapping, version } from './fields.ts';

const registered = {
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

export const datastoreAsset = strict({
  $schema: registered.$schema,
  name: registered.name,
  description: registered.description,
  tags: registered.tags,
  type: z
    .literal('local', { error: () => 'local (a folder of this machine); datastores of clouds are not read here' })
    .optional()
    .describe('The kind of datastore.'),
  path: nonEmpty('The folder, relative to this file; made when it is not there.'),
});
