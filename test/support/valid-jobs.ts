/** Jobs of every shape that are right, as plain objects with the keys of YAML, for properties that hold for all of them. */
import fc from 'fast-check';

const text = fc
  .oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      'yes',
      'no',
      'on',
      'null',
      '~',
      '1',
      '1.0',
      '1e3',
      '0x1',
      'true',
      '- a',
      'a: b',
      '#',
      '"',
      "'",
      ' x ',
      'a\nb',
      'é',
      '2020-01-01',
      '<<',
    ),
  )
  .filter((value) => !value.includes('${{') && !value.includes('\0'));
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
);
const literal = fc.oneof(text, number, fc.boolean());
const tags = fc.dictionary(fc.constantFrom('a', 'b', 'true', '1'), text, { maxKeys: 3 });

function some<Shape extends Record<string, unknown>>(shape: { [Key in keyof Shape]: fc.Arbitrary<Shape[Key]> }) {
  return fc.record(shape, { requiredKeys: [] });
}

const described = {
  display_name: text,
  description: text,
  tags,
  properties: tags,
  experiment_name: fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,9}$/),
};
const resources = some({
  instance_count: fc.integer({ min: 1, max: 9 }),
  instance_type: text,
  shm_size: fc.constant('2g'),
  docker_args: text,
  locations: fc.array(text, { maxLength: 2 }),
});
const environment = fc.oneof(
  fc.constantFrom('azureml:a:1', 'azureml:a@latest', 'azureml://registries/r/environments/e/versions/1'),
  fc.record(
    {
      image: fc.constant('i'),
      conda_file: fc.oneof(fc.constant('./env.yml'), fc.constant({ dependencies: ['python'] })),
      os_type: fc.constant('linux'),
    },
    { requiredKeys: ['image'] },
  ),
);
const run = {
  ...described,
  compute: fc.constantFrom('local', 'azureml:x'),
  resources,
  environment_variables: fc.dictionary(fc.constantFrom('A', 'B'), literal, { maxKeys: 2 }),
  identity: fc.constant({ type: 'user_identity' }),
};

const parallelWork = fc.record(
  {
    ...run,
    properties: fc.oneof(tags, fc.constant({ a: 'b', 'parallelrun.append_row_file_name': 'rows.txt' })),
    task: fc.record(
      {
        code: fc.constant('./src'),
        entry_script: fc.constant('score.py'),
        program_arguments: fc.constantFrom(
          '--d ${{inputs.data}} --allowed_failed_percent 5',
          '$[[--x ${{inputs.number}}]] --metrics_name_prefix p',
          '',
        ),
        append_row_to: fc.constant('${{outputs.out}}'),
        environment,
      },
      { requiredKeys: ['code', 'entry_script'] },
    ),
    input_data: fc.constant('${{inputs.data}}'),
    mini_batch_size: fc.constantFrom<string | number>('1kb', '7', 3, '0'),
    error_threshold: fc.integer({ min: -1, max: 99 }),
    mini_batch_error_threshold: fc.integer({ min: -1, max: 99 }),
    retry_settings: some({ max_retries: fc.nat(5), timeout: fc.integer({ min: 1, max: 259_200 }) }),
    logging_level: fc.constantFrom('DEBUG', 'INFO', 'WARNING'),
    max_concurrency_per_instance: fc.integer({ min: 1, max: 64 }),
  },
  { requiredKeys: ['task', 'input_data'] },
);

const commandWork = fc.record(
  {
    ...run,
    command: fc.constantFrom('cat ${{inputs.data}} > ${{outputs.out}}/x', 'echo "a: b" # c', 'a &&\n  b\n'),
    code: fc.constant('./src'),
    environment,
    distribution: fc.constantFrom<Record<string, unknown>>(
      { type: 'mpi', process_count_per_instance: 2 },
      { type: 'pytorch' },
      { type: 'tensorflow', worker_count: 2, parameter_server_count: 1 },
    ),
    limits: fc.constant({ timeout: 5 }),
    queue_settings: fc.constant({ job_tier: 'spot' }),
  },
  { requiredKeys: ['command'] },
);

const data = fc.constantFrom<unknown>(
  { type: 'uri_folder', path: './in' },
  { path: './in', mode: 'download' },
  { path: './table.csv' },
  { type: 'mltable', path: 'azureml:t@latest' },
  { type: 'uri_file', path: 'https://example.com/x.csv' },
);
const destination = fc.constantFrom<unknown>(
  null,
  { type: 'mltable', mode: 'upload' },
  { path: './out' },
  { path: 'azureml://datastores/${{default_datastore}}/paths/${{name}}/x', type: 'uri_file' },
  { name: 'n', version: '1.0' },
);

const parts = { number: literal, text: literal };
const values = fc.record({ data, ...parts });
const outputs = fc.record({ out: destination });

const standalone = fc.oneof(
  fc.tuple(parallelWork, values, outputs).map(([work, given, out]) => ({ type: 'parallel', ...work, inputs: given, outputs: out })),
  fc.tuple(commandWork, values, outputs).map(([work, given, out]) => ({ type: 'command', ...work, inputs: given, outputs: out })),
);

const bound = fc.record({
  data: fc.constantFrom<unknown>('${{parent.inputs.data}}', { path: '${{parent.inputs.data}}', type: 'uri_folder', mode: 'ro_mount' }),
  ...parts,
});

const inlineStep = fc.oneof(
  fc.tuple(parallelWork, bound).map(([work, given]) => ({ type: 'parallel', ...work, inputs: given, outputs: { out: null } })),
  fc.tuple(commandWork, bound).map(([work, given]) => ({ type: 'command', ...work, inputs: given, outputs: { out: { type: 'mltable' } } })),
);

const declared = {
  inputs: fc.constant({
    data: { type: 'uri_folder' },
    number: { type: 'number', default: 0.5, min: 0, max: 9 },
    text: { type: 'string', optional: true, enum: ['a', 'yes'] },
  }),
  outputs: fc.constant({ out: { type: 'uri_folder', description: 'd' } }),
  name: fc.constant('a_component'),
  version: fc.constantFrom<string | number>('1.0', 2),
  is_deterministic: fc.boolean(),
  additional_includes: fc.constant(['./env.yml']),
};

function componentOf(work: fc.Arbitrary<Record<string, unknown>>, type: string) {
  return fc
    .tuple(work, fc.record(declared, { requiredKeys: ['inputs', 'outputs'] }))
    .map(([{ compute: _, limits: __, experiment_name: ___, ...keys }, rest]) => ({ type, ...keys, ...rest }));
}

const componentStep = fc
  .tuple(
    fc.oneof(componentOf(parallelWork, 'parallel'), componentOf(commandWork, 'command')),
    fc.record({ number: fc.integer({ min: 0, max: 9 }), text: fc.constantFrom('a', 'yes') }, { requiredKeys: [] }),
    some(described),
  )
  .map(([component, given, keys]) => ({ component, ...keys, inputs: { data: '${{parent.inputs.data}}', ...given } }));

const nestedStep = fc
  .tuple(inlineStep, fc.record(declared, { requiredKeys: ['inputs', 'outputs'] }))
  .map(([step, { additional_includes: _, ...rest }]) => ({
    component: { type: 'pipeline', ...rest, settings: { default_compute: 'azureml:c' }, jobs: { inner: step } },
    inputs: { data: '${{parent.inputs.data}}' },
  }));

const pipeline = fc
  .tuple(some(described), values, fc.array(fc.oneof(inlineStep, componentStep, nestedStep), { minLength: 1, maxLength: 3 }), destination)
  .map(([keys, given, steps, out]) => ({
    type: 'pipeline',
    ...keys,
    settings: { default_compute: 'azureml:c', continue_on_step_failure: true, other: 1 },
    inputs: given,
    outputs: { out },
    jobs: {
      ...Object.fromEntries(steps.map((step, index) => [`s${index}`, step])),
      last: {
        type: 'command',
        command: 'ls ${{inputs.i}}',
        inputs: { i: '${{parent.jobs.s0.outputs.out}}' },
        outputs: { o: '${{parent.outputs.out}}' },
      },
    },
  }));

/** Their files: `SURROUNDINGS` of `job-files.ts`. */
export const validJob: fc.Arbitrary<Record<string, unknown>> = fc.oneof(standalone, pipeline);
