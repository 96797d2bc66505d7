/** The keys of parallel and command work: the same in a job of its own, in a step of a pipeline and in a component. */
import * as z from 'zod';
import { parseMiniBatchSize, SIZE_PATTERN } from '../mini-batch-size.ts';
import { environment, environmentVariables, identity, resources, services } from './common.ts';
import { choice, choiceInAnyCase, either, integer, list, nonEmpty, positive, strict, text } from './fields.ts';

const code = nonEmpty('The folder (or file) of the code, relative to this file. The processes run in a copy of it.');

export const task = strict({
  type: choiceInAnyCase('`run_function` (an entry script) or `model` (a model that is scored without a script). Default: `run_function`.', [
    'run_function',
    'model',
    'function',
  ]).optional(),
  code: code.optional(),
  entry_script: nonEmpty(
    'The script with `init()` and `run(mini_batch)`, relative to `code`: Python (`.py`), TypeScript or JavaScript.',
  ).optional(),
  program_arguments: text(
    'Arguments of the script; `${{inputs.x}}` and `${{outputs.x}}` become paths or values. Predefined arguments in it configure the engine and do not reach the script.',
  ).optional(),
  model: nonEmpty('With `type: model`: a folder or file, `azureml:name:version`, or `${{inputs.x}}`.').optional(),
  append_row_to: nonEmpty('`${{outputs.x}}`: the returned rows become one file there. Absent: the returns are only counted.').optional(),
  environment: environment.optional(),
}).describe('What runs on each mini-batch.');

export const retrySettings = strict({
  max_retries: integer('Attempts after the first of a mini-batch that failed. Default: 2.', { min: 0 }).optional(),
  timeout: positive('Seconds that one `run()` may take. Default: 60.', 259_200).optional(),
}).describe('What happens to a mini-batch that failed.');

const MINI_BATCH_SIZE = 'a number of files, or for a table a size such as 10kb, 1mb, 2gb or 100 rows';
const isSize = (written: string): boolean => parseMiniBatchSize(written) !== undefined;

export const parallelKeys = {
  task,
  input_data: either('`${{inputs.x}}`: the input that is split into mini-batches.', '`${{inputs.x}}`', [
    nonEmpty('One input.'),
    list('Several inputs, each split by itself.', nonEmpty('`${{inputs.x}}`')),
  ]),
  mini_batch_size: either(
    'Files in a mini-batch, or for a table its approximate size (a number and `kb`, `mb` or `gb`) or its rows (`100 rows`). Default: 10 files, or 1 MB.',
    MINI_BATCH_SIZE,
    [
      z.int({ error: () => MINI_BATCH_SIZE }).min(0, { error: () => MINI_BATCH_SIZE }),
      z
        .string({ error: () => MINI_BATCH_SIZE })
        .regex(SIZE_PATTERN, { error: () => MINI_BATCH_SIZE })
        .refine(isSize, { error: () => MINI_BATCH_SIZE }),
    ],
  ),
  partition_keys: list(
    'Keys that partition the input: one mini-batch for each combination of values. Wins over `mini_batch_size`.',
    nonEmpty('A key.'),
  ),
  error_threshold: integer('Failed items (files or rows) that are tolerated; more stop the job. -1: any number. Default: -1.', { min: -1 }),
  mini_batch_error_threshold: integer('Mini-batches failed for good that are tolerated; more stop the job. -1: any number. Default: -1.', {
    min: -1,
  }),
  retry_settings: retrySettings,
  on_failure: choice(
    'What becomes of a mini-batch that failed for good. `isolate`: it is run again in halves, until the items that fail alone are known; the rows of all others are kept. Default: fail, as a whole.',
    ['isolate', 'fail'],
  ),
  logging_level: choice("What the entry script's logger writes. Default: INFO.", ['DEBUG', 'INFO', 'WARNING']),
  max_concurrency_per_instance: integer('Worker processes on each node. Default: the number of CPU cores, or one for each GPU.', {
    min: 1,
  }),
};

export const distribution = strict({
  type: choiceInAnyCase('How the processes of the command find each other.', ['mpi', 'pytorch', 'tensorflow', 'ray']),
  process_count_per_instance: integer('Processes on each node (mpi, pytorch). Default: 1.', { min: 1 }).optional(),
  worker_count: integer('Workers (tensorflow). Default: `instance_count`.', { min: 1 }).optional(),
  parameter_server_count: integer('Parameter servers (tensorflow). Default: 0.', { min: 0 }).optional(),
  port: integer('ray').optional(),
  address: text('ray').optional(),
  include_dashboard: z.unknown().optional(),
  dashboard_port: integer('ray').optional(),
  head_node_additional_args: text('ray').optional(),
  worker_node_additional_args: text('ray').optional(),
}).describe('Several processes for one command.');

export const commandKeys = {
  command: nonEmpty(
    'A bash command; `${{inputs.x}}` and `${{outputs.x}}` become paths or values, `$[[ … ]]` is left out when an input in it was not given.',
  ),
  code,
  distribution,
  queue_settings: strict({
    job_tier: choiceInAnyCase('', ['null', 'spot', 'basic', 'standard', 'premium']).optional(),
    priority: choiceInAnyCase('', ['low', 'medium', 'high']).optional(),
  }).describe('Cloud only.'),
};

export const limits = strict({
  timeout: positive('Seconds; past it every process of the step is killed and the step fails.', Number.MAX_SAFE_INTEGER).optional(),
}).describe('Limits of a command.');

/** Keys of running, of a step and of a standalone job alike. */
export const runKeys = {
  compute: text('Where it runs: `azureml:NAME`, or `local`. A name that is not configured runs on this machine, with a notice.').optional(),
  resources: resources.optional(),
  environment_variables: environmentVariables,
  identity: identity.nullish(),
  services,
};
