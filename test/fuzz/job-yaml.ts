/** Job files, changed by byte and by tree: no crash, no hang, and what is accepted is the same after a dump and a load. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { dumpJob, loadJob } from '../../src/language/index.ts';
import { SURROUNDINGS } from '../support/job-files.ts';
import { byteChange, changeBytes, changeTree, drawn, type Tree, treeChange } from './mutate.ts';
import { takenOrRefused } from './refusal.ts';
import type { FuzzTarget } from './target.ts';

const parallel = `type: parallel
name: j
display_name: A job
experiment_name: e
tags: { a: b }
inputs:
  data: { type: uri_folder, path: ./in, mode: ro_mount }
  limit: { type: integer, default: 3 }
  word: hello
outputs: { rows: { type: uri_file, path: ./rows.txt } }
input_data: \${{inputs.data}}
mini_batch_size: "10"
max_concurrency_per_instance: 2
mini_batch_error_threshold: 5
logging_level: DEBUG
retry_settings: { max_retries: 2, timeout: 60 }
resources: { instance_count: 2 }
environment_variables: { A: b }
environment: { image: i, conda_file: ./env.yml }
task:
  type: run_function
  code: ./src
  entry_script: score.py
  program_arguments: >-
    --limit \${{inputs.limit}} --word "\${{inputs.word}}" --error_threshold 3 --allowed_failed_percent 20
  append_row_to: \${{outputs.rows}}
`;

const pipeline = `type: pipeline
inputs:
  table: { type: uri_file, path: ./table.csv }
  rate: 0.5
outputs: { result: { type: uri_folder } }
settings: { default_compute: azureml:cpu, continue_on_step_failure: false }
jobs:
  prepare:
    type: command
    command: cp \${{inputs.table}} \${{outputs.out}}/t.csv && echo $[[ \${{inputs.more}} ]]
    environment: azureml:env:1
    inputs: { table: "\${{parent.inputs.table}}", more: { type: string, optional: true, default: x } }
    outputs: { out: { type: uri_folder } }
  score:
    type: parallel
    inputs: { data: { type: mltable, path: "\${{parent.jobs.prepare.outputs.out}}" }, rate: "\${{parent.inputs.rate}}" }
    outputs: { rows: { type: uri_file } }
    input_data: \${{inputs.data}}
    mini_batch_size: 10kb
    partition_keys: [a]
    task: { type: run_function, code: ./src, entry_script: score.py, append_row_to: "\${{outputs.rows}}" }
  train:
    type: command
    command: mpirun python train.py
    code: ./src
    distribution: { type: mpi, process_count_per_instance: 2 }
    resources: { instance_count: 2 }
    outputs: { model: "\${{parent.outputs.result}}" }
`;

const change = fc.oneof(
  fc.record({ how: fc.constant('bytes' as const), changes: fc.array(byteChange, { minLength: 1, maxLength: 4 }) }),
  fc.record({ how: fc.constant('tree' as const), changes: fc.array(treeChange, { minLength: 1, maxLength: 3 }) }),
);
const changed = fc.record({ text: fc.constantFrom(parallel, pipeline), change });

export const jobYaml: FuzzTarget = {
  name: 'job-yaml',
  async try(seed, directory) {
    for (const [file, text] of Object.entries(SURROUNDINGS)) {
      mkdirSync(dirname(join(directory, file)), { recursive: true });
      writeFileSync(join(directory, file), text);
    }
    const { text, change } = drawn(changed, seed);
    const content =
      change.how === 'bytes' ? changeBytes(Buffer.from(text), change.changes) : stringify(changeTree(parse(text) as Tree, change.changes));
    const file = join(directory, 'job.yml');
    writeFileSync(file, content);
    const loaded = await takenOrRefused(() => loadJob(file));
    if (loaded === undefined) return;
    const again = join(directory, 'again.yml');
    writeFileSync(again, dumpJob(loaded.spec, { directory }));
    const { spec } = await loadJob(again);
    if (!isDeepStrictEqual(contents(spec), contents(loaded.spec)))
      throw new Error(`is another job after a dump and a load:\n${content}\n--- dumped:\n${dumpJob(loaded.spec, { directory })}`);
  },
};

/** Without what says where it was read from. */
function contents(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(contents);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'source');
  return Object.fromEntries(entries.map(([key, inner]) => [key, contents(inner)]));
}
