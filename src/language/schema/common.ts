/** What several kinds of file share: inputs, outputs, environments, resources, and the keys that only the cloud gives meaning to. */
import * as z from 'zod';
import {
  anyMapping,
  choice,
  choiceInAnyCase,
  either,
  flag,
  integer,
  list,
  mapping,
  nonEmpty,
  optionalMapping,
  scalar,
  strict,
  text,
  textMapping,
  version,
} from './fields.ts';

export const DATA_TYPES = ['uri_file', 'uri_folder', 'mltable', 'mlflow_model', 'custom_model', 'triton_model'] as const;
export const PRIMITIVE_TYPES = ['string', 'number', 'integer', 'boolean'] as const;
export const INPUT_MODES = ['ro_mount', 'rw_mount', 'download', 'direct', 'eval_mount', 'eval_download'] as const;
export const OUTPUT_MODES = ['mount', 'rw_mount', 'upload', 'direct'] as const;

const readAs = choice('`table`: the CSV, JSON lines or Parquet files of a folder are one table, whose rows are split. Ours.', ['table']);

/** What an input of a job or a step is given. */
export const inputValue = either(
  'A literal, data, or an expression.',
  'a literal (text, number, boolean) or a mapping with type, path and mode',
  [
    scalar('A literal, or an expression such as `${{parent.inputs.x}}`.'),
    strict({ value: scalar('The literal.') }),
    strict({
      type: choiceInAnyCase('What the path leads to. Default: `uri_folder`.', DATA_TYPES).optional(),
      path: nonEmpty(
        'A local path (relative to this file), `azureml:name:version`, `azureml:name@latest`, an `azureml://` or web URI, or an expression.',
      ),
      mode: choiceInAnyCase(
        'How the data comes to the script, where it is not on this machine. Default: as it is needed.',
        INPUT_MODES,
      ).optional(),
      read: readAs.optional(),
      path_on_compute: text('Cloud only: where the data is to appear.').optional(),
      datastore: text('Cloud only: where a local path would be uploaded to.').optional(),
      description: text('What it is.').optional(),
    }),
  ],
);

const outputMapping = strict({
  type: choiceInAnyCase('What is written. Default: `uri_folder`.', DATA_TYPES).optional(),
  path: text(
    'Where it goes: an `azureml://datastores/NAME/paths/…` URI (may hold `${{name}}`, `${{default_datastore}}`), a local path, or `${{parent.outputs.x}}`.',
  ).optional(),
  mode: choiceInAnyCase('How a cloud would take the data away. Default: `rw_mount`.', OUTPUT_MODES).optional(),
  name: nonEmpty('Register the finished output as a data asset under this name.').optional(),
  version: version('The version to register it under.').optional(),
  description: text('What it is.').optional(),
});

/** Where an output goes; nothing at all is enough. */
export const outputValue = either('Where the output goes.', 'nothing, `${{parent.outputs.x}}`, or a mapping with type, path and mode', [
  z.null(),
  text("`${{parent.outputs.x}}`: the output is the pipeline's output x."),
  outputMapping,
]);

export const inputs = optionalMapping('What each input is given, by name.', inputValue).describe(
  'Inputs by name: a literal, data, or an expression.',
);
export const outputs = optionalMapping('Where each output goes, by name.', outputValue).describe(
  'Outputs by name; an empty value is enough.',
);

/** An input that a component declares. */
export const inputPort = strict({
  type: choice('The type of what it takes.', [...DATA_TYPES, ...PRIMITIVE_TYPES, 'path']),
  description: text('What it is for.').optional(),
  optional: flag('It need not be given. Default: false.').optional(),
  default: scalar('What it is when it is not given.').optional(),
  enum: list('The only values allowed.', scalar('An allowed value.')).optional(),
  min: either('The smallest value allowed.', 'a number', [z.number(), z.string()]).optional(),
  max: either('The largest value allowed.', 'a number', [z.number(), z.string()]).optional(),
  mode: choice('How the data comes to the script, where it is not on this machine.', [
    ...INPUT_MODES,
    'mount',
    'upload',
    'link',
  ]).optional(),
  read: readAs.optional(),
});

/** An output that a component declares. */
export const outputPort = strict({
  type: choice('The type of what it writes.', [...DATA_TYPES, 'path']),
  description: text('What it is.').optional(),
  mode: choice('How a cloud would take the data away.', [
    ...OUTPUT_MODES,
    'ro_mount',
    'download',
    'eval_mount',
    'eval_download',
    'link',
  ]).optional(),
});

export const environmentObject = strict(
  {
    $schema: text('').optional(),
    name: text('Its name.').optional(),
    version: version('Its version.').optional(),
    image: text('A container image.').optional(),
    conda_file: either('The conda specification: a path (relative to this file), or the specification itself.', 'a path or a mapping', [
      nonEmpty('A path.'),
      anyMapping('The specification.'),
    ]).optional(),
    build: strict({
      path: nonEmpty('The folder with the Dockerfile.'),
      dockerfile_path: text('The Dockerfile inside it. Default: `Dockerfile`.').optional(),
    })
      .describe('Build the image from a folder.')
      .optional(),
    description: text('What it is.').optional(),
    tags: textMapping('Tags.'),
    properties: anyMapping('Cloud only.').optional(),
    os_type: choiceInAnyCase('Cloud only.', ['linux', 'windows']).optional(),
    inference_config: anyMapping('Cloud only.').optional(),
    datastore: text('Cloud only.').optional(),
    id: text('Ignored.').optional(),
    creation_context: z.unknown().optional(),
    latest_version: z.unknown().optional(),
  },
  'a mapping with image, conda_file or build',
);

export const environment = either(
  'The environment: `azureml:name:version`, `azureml:name@latest`, `file:` and a path, or a mapping with image and conda_file.',
  '`azureml:name:version`, `azureml:name@latest`, or a mapping with image and conda_file',
  [nonEmpty('A registered environment.'), environmentObject],
);

const SHM_SIZE = 'a size: a number and b, k, m or g, such as 2g';
const shmSize = z
  .string({ error: () => SHM_SIZE })
  .regex(/^[1-9]\d*[bkmgBKMG]?$/, { error: () => SHM_SIZE })
  .describe('Size of the shared memory of a container, e.g. `2g`.');

export const resources = strict({
  instance_count: integer('Number of nodes. On one machine: logical nodes. Default: 1.', { min: 1 }).optional(),
  instance_type: text('Cloud only: the kind of machine.').optional(),
  properties: anyMapping('Cloud only.').nullish(),
  locations: list('Cloud only.', text('A region.')).optional(),
  shm_size: shmSize.optional(),
  max_instance_count: integer('Cloud only.', { min: 1 }).optional(),
  docker_args: either('Further arguments of `docker run`.', 'text or a list of texts', [text(''), list('', text(''))]).optional(),
}).describe('What the step runs on.');

/** Accepted, validated and kept, without meaning on our computes. */
export const identity = strict({
  type: choiceInAnyCase('Whose rights a cloud would use.', [
    'managed',
    'managed_identity',
    'aml_token',
    'user_identity',
    'managedidentity',
    'amltoken',
    'useridentity',
  ]),
  client_id: text('').optional(),
  object_id: text('').optional(),
  msi_resource_id: text('').optional(),
}).describe('Cloud only: whose rights the job uses.');

export const services = mapping(
  'Cloud only: services beside the job.',
  strict({
    type: text('').optional(),
    job_service_type: text('').optional(),
    port: integer('', { min: 0, max: 65_535 }).optional(),
    nodes: text('').optional(),
    endpoint: text('').optional(),
    status: text('').optional(),
    error_message: z.unknown().optional(),
    log_dir: text('').optional(),
    ssh_public_keys: text('').optional(),
    properties: anyMapping('').nullish(),
  }),
).nullish();

export const environmentVariables = mapping('Environment variables of the processes, by name.', scalar('The value.')).optional();

/** Keys that any job, step or component may have for people, and those that a service writes and we ignore. */
export const described = {
  $schema: text('The schema that editors use.').optional(),
  display_name: text('The name that people see.').optional(),
  description: text('What it does.').optional(),
  tags: textMapping('Tags, by name.'),
  properties: textMapping('Properties, by name.'),
};

export const writtenByService = {
  id: z.unknown().optional().describe('Ignored: written by a service.'),
  creation_context: z.unknown().optional().describe('Ignored: written by a service.'),
  status: z.unknown().optional().describe('Ignored: written by a service.'),
  log_files: z.unknown().optional().describe('Ignored: written by a service.'),
};
