import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadJob } from '../../../src/language/index.ts';
import { parseMiniBatchSize } from '../../../src/language/mini-batch-size.ts';
import { folderWith, mistakesOf, SURROUNDINGS } from '../../support/job-files.ts';

const FULL = `
type: pipeline
display_name: all keys
inputs:
  data: { type: uri_folder, path: ./in }
  seconds: 30
  rate: 1.0
outputs:
  rows: { type: uri_file }
settings: { default_compute: azureml:cpu, default_datastore: azureml:store, continue_on_step_failure: true, made_up: 1 }
jobs:
  score:
    type: parallel
    display_name: Score
    compute: azureml:gpu
    inputs:
      d: { type: uri_folder, path: "\${{parent.inputs.data}}", mode: ro_mount }
      rate: \${{parent.inputs.rate}}
    outputs: { rows: "\${{parent.outputs.rows}}" }
    input_data: \${{inputs.d}}
    mini_batch_size: "3"
    mini_batch_error_threshold: 5
    error_threshold: "7"
    logging_level: DEBUG
    max_concurrency_per_instance: 2
    retry_settings: { max_retries: 1, timeout: "\${{parent.inputs.seconds}}" }
    resources: { instance_count: 2, instance_type: Standard_F4, shm_size: 2g, docker_args: [--ipc, host], locations: [here] }
    environment_variables: { A: "1", B: 2, C: yes }
    identity: { type: user_identity }
    task:
      type: run_function
      code: ./src
      entry_script: score.py
      program_arguments: --rate \${{inputs.rate}} --allowed_failed_percent 30 --fail_on_short_return True
      append_row_to: \${{outputs.rows}}
      environment: { image: somewhere/image, conda_file: ./env.yml, os_type: linux }
`;

test('every key of a parallel step finds its place in the spec', async () => {
  const folder = folderWith({ ...SURROUNDINGS, 'job.yml': FULL });
  const { spec, warnings } = await loadJob(join(folder, 'job.yml'));
  expect(warnings).toEqual([]);
  expect(spec).toMatchObject({
    displayName: 'all keys',
    standalone: false,
    settings: { defaultCompute: 'cpu', defaultDatastore: 'store', continueOnStepFailure: true, forceRerun: false, other: { made_up: 1 } },
    inputs: { data: { kind: 'data', type: 'uri_folder', path: join(folder, 'in') }, rate: { kind: 'literal', value: '1.0' } },
    inputPorts: { rate: { type: 'number' }, seconds: { type: 'integer' } },
  });
  expect(spec.steps.score).toMatchObject({
    type: 'parallel',
    compute: 'gpu',
    inputPorts: { d: { type: 'uri_folder' }, rate: { type: 'number' } },
    outputPorts: { rows: { type: 'uri_file' } },
    settings: {
      inputData: ['d'],
      miniBatchSize: parseMiniBatchSize('3'),
      miniBatchErrorThreshold: 5,
      errorThreshold: 7,
      allowedFailedPercent: 30,
      maxRetries: 1,
      timeout: 30,
      maxConcurrencyPerInstance: 2,
      loggingLevel: 'DEBUG',
      predefined: { failOnShortReturn: true },
    },
    environmentVariables: { A: '1', B: '2', C: 'yes' },
    resources: { instanceCount: 2, instanceType: 'Standard_F4', shmSize: '2g', dockerArgs: '--ipc host' },
    task: {
      type: 'run_function',
      code: { path: join(folder, 'src'), additionalIncludes: [] },
      entryScript: 'score.py',
      appendRowTo: 'rows',
      environment: { image: 'somewhere/image', condaFile: join(folder, 'env.yml'), conda: { dependencies: ['python'] } },
    },
    cloudOnly: { identity: { type: 'user_identity' }, resources: { locations: ['here'] }, environment: { os_type: 'linux' } },
    source: { line: 12, column: 3 },
  });
});

const ALONE = `
type: parallel
inputs: { d: { type: uri_folder, path: ./in } }
input_data: \${{inputs.d}}
task: { code: ./src, entry_script: score.py }
`;

test('a parallel job by itself is one step called main, with the documented defaults', async () => {
  const folder = folderWith({ ...SURROUNDINGS, 'job.yml': ALONE });
  const { spec } = await loadJob(join(folder, 'job.yml'));
  expect(spec.standalone).toBe(true);
  expect(Object.keys(spec.steps)).toEqual(['main']);
  expect(spec.steps.main?.inputs).toEqual(spec.inputs);
  expect(spec.steps.main).toMatchObject({
    settings: {
      errorThreshold: -1,
      miniBatchErrorThreshold: -1,
      allowedFailedPercent: 100,
      maxRetries: 2,
      timeout: 60,
      loggingLevel: 'INFO',
      partitionKeys: [],
    },
    resources: { instanceCount: 1 },
  });
});

test.each([
  ['mini_batch_size: "10 kb"', 'mini_batch_size'],
  ['mini_batch_size: 10xb', 'mini_batch_size'],
  ['mini_batch_size: 5tb', 'mini_batch_size'],
  ['mini_batch_size: -1', 'mini_batch_size'],
  ['mini_batch_size: 1.5', 'mini_batch_size'],
  ['mini_batch_size: ""', 'mini_batch_size'],
  ['mini_batch_size: 99999999999gb', 'mini_batch_size'],
  ['error_threshold: -2', 'error_threshold'],
  ['mini_batch_error_threshold: 1.5', 'mini_batch_error_threshold'],
  ['max_concurrency_per_instance: 0', 'max_concurrency_per_instance'],
  ['retry_settings: { max_retries: -1 }', 'retry_settings.max_retries'],
  ['retry_settings: { timeout: 0 }', 'retry_settings.timeout'],
  ['retry_settings: { timeout: 259201 }', 'retry_settings.timeout'],
  ['resources: { instance_count: 0 }', 'resources.instance_count'],
  ['resources: { instance_cuont: 2 }', 'resources.instance_cuont'],
  ['logging_level: ERROR', 'logging_level'],
  ['logging_level: debug', 'logging_level'],
  ['partition_keys: Store', 'partition_keys'],
  ['colour: red', 'colour'],
  // These would fail only where the job, or what it leaves, is stored.
  ['name: a.b', 'name'],
  ['name: _a', 'name'],
  ['outputs: { o: { name: a.b } }', 'outputs.o.name'],
  ['outputs: { o: { name: a, version: 1/2 } }', 'outputs.o.version'],
  ['identity: { type: nobody }', 'identity.type'],
])('%s is refused at its own line', async (line, path) => {
  const folder = folderWith({ ...SURROUNDINGS, 'job.yml': `${ALONE}${line}\n` });
  const mistakes = await mistakesOf(() => loadJob(join(folder, 'job.yml')));
  expect(mistakes).toHaveLength(1);
  expect(mistakes[0]).toMatch(new RegExp(`^6:\\d+ ${path.replaceAll('.', '\\.')}: `));
});

test.each([
  'mini_batch_size: 3',
  "mini_batch_size: '0'",
  'mini_batch_size: 10KB',
  'error_threshold: "3"',
  'tags: { a: null }',
  'services: { tb: { type: tensor_board, log_dir: x } }',
])('%s is accepted', async (line) => {
  const folder = folderWith({ ...SURROUNDINGS, 'job.yml': `${ALONE}${line}\n` });
  expect(await mistakesOf(() => loadJob(join(folder, 'job.yml')))).toEqual([]);
});

test('all mistakes of a file are told at once, in order', async () => {
  const folder = folderWith({
    ...SURROUNDINGS,
    'job.yml': `type: pipeline
inputs: { data: { type: uri_folder, path: ./inn }, n: 3 }
jobs:
  score:
    type: parallel
    colour: red
    retry_settings: { timeout: 0 }
    inputs: { d: "\${{parent.inputs.dta}}", e: "\${{parent.jobs.show.outputs.q}}" }
    input_data: \${{inputs.x}}
    task:
      code: ./src
      entry_script: scor.py
      program_arguments: --lr \${{inputs.lr}} --error_threshold -5
      append_row_to: \${{outputs.p}}
  show: { type: command, comand: ls }
  tune: { type: sweep }
`,
  });
  const mistakes = await mistakesOf(() => loadJob(join(folder, 'job.yml')));
  expect(mistakes.map((mistake) => mistake.replace(/:.*/s, ''))).toEqual([
    '2',
    '6',
    '7',
    '8',
    '8',
    '9',
    '12',
    '13',
    '13',
    '14',
    '15',
    '16',
  ]);
  const all = mistakes.join('\n');
  for (const expected of [
    'There is nothing at',
    'Did you mean "data"?',
    'Did you mean "score.py"?',
    'Did you mean "command"?',
    'The step "tune" is of type sweep',
    'no output "q"',
  ]) {
    expect(all).toContain(expected);
  }
});

test('what a parallel step needs is asked for', async () => {
  const folder = folderWith({ 'job.yml': 'type: parallel\n' });
  expect(await mistakesOf(() => loadJob(join(folder, 'job.yml')))).toEqual([
    expect.stringContaining('task: The key "task" is required'),
    expect.stringContaining('input_data: The key "input_data" is required'),
  ]);
});

test('a literal cannot be split', async () => {
  const folder = folderWith({ ...SURROUNDINGS, 'job.yml': ALONE.replace('{ type: uri_folder, path: ./in }', '5') });
  expect(await mistakesOf(() => loadJob(join(folder, 'job.yml')))).toEqual([expect.stringContaining('only data can be split')]);
});

test('a step that counts ranks needs no input', async () => {
  const folder = folderWith({
    ...SURROUNDINGS,
    'job.yml': 'type: parallel\ntask: { code: ./src, entry_script: score.py, program_arguments: --rank_mini_batch_count 3 }\n',
  });
  const { spec } = await loadJob(join(folder, 'job.yml'));
  expect(spec.steps.main).toMatchObject({ settings: { inputData: [], predefined: { rankMiniBatchCount: 3 } } });
});

test.each([
  ['entry_script: ../score.py', 'must stand inside the code folder'],
  ['entry_script: score.rb', 'Expected a script that ends in'],
  ['code: ./nowhere', 'There is no code at'],
  ['code: git+https://example.com/x.git', 'git repository'],
])('a task with %s is refused', async (line, message) => {
  const task = { code: 'code: ./src', entry_script: 'entry_script: score.py', [line.slice(0, line.indexOf(':'))]: line };
  const folder = folderWith({
    ...SURROUNDINGS,
    'job.yml': `type: parallel\ninputs: { d: { path: ./in } }\ninput_data: \${{inputs.d}}\ntask: { ${Object.values(task).join(', ')} }\n`,
  });
  const mistakes = await mistakesOf(() => loadJob(join(folder, 'job.yml')));
  expect(mistakes).toEqual([expect.stringContaining(message)]);
});

test('a model task needs a model', async () => {
  const job = (model: string): string =>
    `type: parallel\ninputs: { d: { path: ./in } }\ninput_data: \${{inputs.d}}\ntask: { type: model${model} }\n`;
  const folder = folderWith({ ...SURROUNDINGS, 'good.yml': job(', model: ./src'), 'bad.yml': job('') });
  expect((await loadJob(join(folder, 'good.yml'))).spec.steps.main).toMatchObject({ task: { type: 'model', model: join(folder, 'src') } });
  expect(await mistakesOf(() => loadJob(join(folder, 'bad.yml')))).toEqual([expect.stringContaining('The key "model" is required')]);
});

test.each([
  ['', '', undefined],
  ['on_failure: isolate', '', 'isolate'],
  ['on_failure: fail', '', undefined],
  ['', '--isolate_failed_items True', 'isolate'],
  ['on_failure: isolate', '--isolate_failed_items False', undefined],
  ['on_failure: fail', '--isolate_failed_items True', 'isolate'],
])('bad items are told apart where the key or the argument says so, and the argument wins: %s %s', async (key, argument, expected) => {
  const task = `{ code: ./src, entry_script: score.py, program_arguments: "--a 1 ${argument}" }`;
  const text = ALONE.replace(/task: .*/, `${key}\ntask: ${task}`);
  const folder = folderWith({ ...SURROUNDINGS, 'job.yml': text });
  const { spec, warnings } = await loadJob(join(folder, 'job.yml'));
  const step = spec.steps.main;
  expect(step?.type === 'parallel' ? step.settings.onFailure : 'no parallel step').toBe(expected);
  const disagree = key !== '' && argument !== '';
  expect(warnings.map(({ code }) => code)).toEqual(disagree ? ['given-twice'] : []);
});
