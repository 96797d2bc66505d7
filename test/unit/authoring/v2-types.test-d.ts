/** What the compiler must accept and refuse. Compiled by a test, never run. */
import { expectTypeOf } from 'vitest';
import {
  command,
  type Input,
  type Job,
  type JobEvent,
  loadComponent,
  MLClient,
  Output,
  ParallelJob,
  parallelRunFunction,
  pipeline,
  RunFunction,
  type StepOutput,
} from '../../../src/authoring/v2/index.ts';

const score = parallelRunFunction({
  inputs: { table: { type: 'mltable' }, model: { type: 'uri_folder' } },
  outputs: { rows: new Output({ type: 'uri_file' }) },
  inputData: '${{inputs.table}}',
  task: new RunFunction({ entryScript: 'score.py', appendRowTo: '${{outputs.rows}}' }),
});
const train = command({ command: 'true', inputs: { rate: 0.5 }, outputs: { model: {} } });

export const nightly = pipeline({ name: 'nightly' }, (inputs: { table: Input; model?: Input }) => {
  const scored = score({ table: inputs.table, model: inputs.model });
  expectTypeOf(scored.outputs.rows).toEqualTypeOf<StepOutput>();
  // @ts-expect-error the step has no output of this name
  scored.outputs.nope;
  // @ts-expect-error the component has no input of this name
  score({ tabel: inputs.table });
  // @ts-expect-error the pipeline function has no input of this name
  score({ table: inputs.tabel });
  // @ts-expect-error a function is no value for an input
  score({ table: () => 1 });
  // @ts-expect-error a setting of this name is not there
  score({ table: inputs.table }, { miniBatchSizes: '5' });
  // @ts-expect-error the component has no output of this name
  score({ table: inputs.table }, { outputs: { row: {} } });
  train({ rate: 1 }, { outputs: { model: { path: './model' } } });
  return { scores: scored.outputs.rows };
});

const job = nightly({ table: { path: './in' } });
expectTypeOf(job.outputs.scores).toEqualTypeOf<StepOutput>();
// @ts-expect-error the pipeline has no output of this name
job.outputs.rows;
// @ts-expect-error a required input is missing
nightly({});
// @ts-expect-error the pipeline has no input of this name
nightly({ table: { path: './in' }, modle: { path: './m' } });
// @ts-expect-error an input's type is one of a list
nightly({ table: { type: 'urifolder', path: './in' } });
// @ts-expect-error what a pipeline returns are outputs of steps
pipeline(() => ({ scores: 5 }));

// @ts-expect-error a command needs its command
command({ name: 'x' });
// @ts-expect-error a script is required
new RunFunction({ code: './src' });
// @ts-expect-error a parallel component has no command
parallelRunFunction({ command: 'true' });
// @ts-expect-error retries are a number
new ParallelJob({ retrySettings: { maxRetries: 'two' } });

const loaded = loadComponent<'data', 'out'>('read.yml');
// @ts-expect-error the names were given
loaded({ dta: 'x' });
expectTypeOf(loaded({ data: './in' }).outputs.out).toEqualTypeOf<StepOutput>();

const client = new MLClient();
// @ts-expect-error a version without a client for servers
new MLClient({ server: 'https://example.org' });
expectTypeOf(client.jobs.stream('x')).toExtend<AsyncIterable<JobEvent>>();
expectTypeOf(client.jobs.createOrUpdate).toBeCallableWith(job);
expectTypeOf(client.jobs.createOrUpdate).toBeCallableWith(score);
expectTypeOf<Job>().toHaveProperty('dump');
// @ts-expect-error text is no job
client.jobs.createOrUpdate('job.yml');
