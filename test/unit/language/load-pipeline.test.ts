import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ComponentRegistry, jobFromObject, loadComponent, loadJob } from '../../../src/language/index.ts';
import { judgeJob } from '../../../src/language/load.ts';
import { parseMiniBatchSize } from '../../../src/language/mini-batch-size.ts';
import type { ComponentSpec, Step } from '../../../src/language/types.ts';
import { folderWith, mistakesOf, SURROUNDINGS } from '../../support/job-files.ts';

const TRAIN = `
name: train
version: 1.10
display_name: Train
type: command
is_deterministic: false
inputs:
  data: { type: uri_folder }
  epochs: { type: integer, min: 1, max: 100 }
  rate: { type: number, default: 0.01 }
  schedule: { type: string, enum: [fixed, time-based], default: time-based }
  hint: { type: string, optional: true }
outputs:
  model: { type: mlflow_model }
  report: { type: uri_file }
code: ./src
environment: azureml:sklearn@latest
command: python train.py \${{inputs.data}} \${{inputs.epochs}} \${{inputs.rate}} $[[--hint \${{inputs.hint}}]] \${{outputs.model}}
additional_includes: [./env.yml]
`;

const SCORE = `
type: parallel
name: score
inputs:
  data: { type: uri_folder }
  model: { type: mlflow_model }
  tries: { type: integer, default: 4 }
outputs:
  rows: { type: uri_file }
input_data: \${{inputs.data}}
mini_batch_size: "10"
retry_settings: { max_retries: "\${{inputs.tries}}", timeout: 10 }
resources: { instance_count: 2 }
environment_variables: { A: component, B: component }
task:
  type: run_function
  code: ./src
  entry_script: score.py
  program_arguments: --model \${{inputs.model}} --error_threshold \${{inputs.tries}}
  append_row_to: \${{outputs.rows}}
`;

const FILES = { ...SURROUNDINGS, 'train.yml': TRAIN, 'score.yml': SCORE };

function pipeline(jobs: string, head = ''): Record<string, string> {
  return {
    ...FILES,
    'job.yml': `type: pipeline\ninputs:\n  data: { type: uri_folder, path: ./in }\n  epochs: 3\noutputs:\n  rows: { type: uri_file }\n${head}jobs:\n${jobs}`,
  };
}

const GOOD = `
  train:
    type: command
    component: ./train.yml
    inputs: { data: "\${{parent.inputs.data}}", epochs: "\${{parent.inputs.epochs}}" }
  score:
    component: ./score.yml
    inputs: { data: "\${{parent.inputs.data}}", model: "\${{parent.jobs.train.outputs.model}}", tries: 7 }
    outputs: { rows: "\${{parent.outputs.rows}}" }
    retry_settings: { timeout: 20 }
    environment_variables: { B: step }
`;

test('a step takes what its component declares, and its own settings win', async () => {
  const folder = folderWith(pipeline(GOOD));
  const { spec, warnings } = await loadJob(join(folder, 'job.yml'));
  expect(warnings).toEqual([]);
  expect(spec.steps.train).toMatchObject({
    type: 'command',
    component: { name: 'train', version: '1.10', displayName: 'Train', isDeterministic: false, file: join(folder, 'train.yml') },
    inputs: { rate: { kind: 'literal', value: 0.01 }, schedule: { kind: 'literal', value: 'time-based' } },
    outputs: { model: {}, report: {} },
    code: { path: join(folder, 'src'), additionalIncludes: [join(folder, 'env.yml')] },
    environment: { reference: 'azureml:sklearn@latest' },
  });
  expect(spec.steps.train?.inputs).not.toHaveProperty('hint');
  expect(spec.steps.score).toMatchObject({
    type: 'parallel',
    settings: { maxRetries: 7, timeout: 20, errorThreshold: 7, miniBatchSize: parseMiniBatchSize('10') },
    resources: { instanceCount: 2 },
    environmentVariables: { A: 'component', B: 'step' },
  });
});

test.each<[string, string, string]>([
  ['a required input is missing', 'train: { component: ./train.yml, inputs: { epochs: 3 } }', 'requires the input "data"'],
  [
    'an input is unknown',
    'train: { component: ./train.yml, inputs: { data: "${{parent.inputs.data}}", epochs: 3, rat: 1 } }',
    'Did you mean "rate"?',
  ],
  [
    'a literal has the wrong type',
    'train: { component: ./train.yml, inputs: { data: "${{parent.inputs.data}}", epochs: many } }',
    'takes an integer, found "many"',
  ],
  [
    'a literal is out of range',
    'train: { component: ./train.yml, inputs: { data: "${{parent.inputs.data}}", epochs: 101 } }',
    'from 1 up to 100',
  ],
  [
    'a literal stands for a folder',
    'train: { component: ./train.yml, inputs: { data: here, epochs: 3 } }',
    'takes data (uri_folder), found the literal "here"',
  ],
  [
    'a literal is bound to a folder',
    'train: { component: ./train.yml, inputs: { data: "${{parent.inputs.epochs}}", epochs: 3 } }',
    'takes data (uri_folder)',
  ],
  [
    'data is bound to a number',
    'train: { component: ./train.yml, inputs: { data: "${{parent.inputs.data}}", epochs: "${{parent.inputs.data}}" } }',
    'takes a literal (integer)',
  ],
  ['a parent input is unknown', 'a: { type: command, command: ls, inputs: { d: "${{parent.inputs.dat}}" } }', 'Did you mean "data"?'],
  ['a step is unknown', 'a: { type: command, command: ls, inputs: { d: "${{parent.jobs.b.outputs.o}}" } }', 'names no step'],
  [
    'an output of a step is unknown',
    'a: { type: command, command: ls, outputs: { one: } }\n  b: { type: command, command: ls, inputs: { d: "${{parent.jobs.a.outputs.two}}" } }',
    'has no output "two"',
  ],
  ['a parent output is unknown', 'a: { type: command, command: ls, outputs: { o: "${{parent.outputs.row}}" } }', 'Did you mean "rows"?'],
  [
    'two steps write one output',
    'a: { type: command, command: ls, outputs: { o: "${{parent.outputs.rows}}" } }\n  b: { type: command, command: ls, outputs: { o: "${{parent.outputs.rows}}" } }',
    'written twice: by jobs.a.outputs.o and by jobs.b.outputs.o',
  ],
  [
    'two steps write one file',
    'a: { type: command, command: ls, outputs: { o: { type: uri_file, path: ./one.csv } } }\n  b: { type: command, command: ls, outputs: { p: { type: uri_file, path: one.csv } } }',
    'one.csv is written twice: by jobs.a.outputs.o and by jobs.b.outputs.p',
  ],
  [
    'a step waits for itself',
    'a: { type: command, command: ls, inputs: { d: "${{parent.jobs.a.outputs.o}}" }, outputs: { o: } }',
    'its own output',
  ],
  ['a binding forgets the parent', 'a: { type: command, command: ls, inputs: { d: "${{inputs.data}}" } }', 'Write ${{parent.inputs.data}}'],
  ['a command names an unknown input', 'a: { type: command, command: "ls ${{inputs.x}}" }', 'names no input of this step'],
  ['a command names a parent', 'a: { type: command, command: "ls ${{parent.inputs.data}}" }', 'only its own inputs and outputs'],
  ['a step name is no identifier', 'a-b: { type: command, command: ls }', 'The step name "a-b" is not allowed'],
  ['a step name is too long for a folder', `${'a'.repeat(256)}: { type: command, command: ls }`, 'at most 255'],
  ['a step type is misspelt', 'a: { type: comand, command: ls }', 'Did you mean "command"?'],
  ['a pipeline is written in place', 'a: { type: pipeline, jobs: { b: { command: ls } } }', 'a pipeline written in place'],
  ['a component file is missing', 'a: { type: command, component: ./nowhere.yml }', 'does not exist'],
  ['a component is not registered', 'a: { type: command, component: azureml:nowhere:1 }', 'no registered component azureml:nowhere:1'],
  ['a component has another type', 'a: { type: parallel, component: ./train.yml, inputs: {} }', 'its component of type command'],
  ['a type has to be guessed from nothing', 'a: { inputs: {} }', 'neither a type nor a task'],
  [
    'a setting is bound to data',
    'a: { type: command, command: ls, limits: { timeout: "${{parent.inputs.data}}" } }',
    'has no literal value',
  ],
  ['a setting is bound to nothing', 'a: { type: command, command: ls, limits: { timeout: "${{parent.inputs.tim}}" } }', 'names no input'],
])('refused: %s', async (_, jobs, message) => {
  const folder = folderWith(pipeline(`  ${jobs}\n`));
  const mistakes = await mistakesOf(() => loadJob(join(folder, 'job.yml')));
  expect(mistakes).toHaveLength(1);
  expect(mistakes[0]).toContain(message);
  expect(mistakes[0]).toMatch(/^\d+:\d+ /);
});

test.each(['sweep', 'automl', 'spark', 'import', 'data_transfer'])(
  'a step of type %s is refused by name, with what would have to change',
  async (type) => {
    const folder = folderWith(pipeline(`  tune: { type: ${type}, whatever: 1 }\n`));
    expect(await mistakesOf(() => loadJob(join(folder, 'job.yml')))).toEqual([
      expect.stringMatching(new RegExp(`The step "tune" is of type ${type}.*Write`)),
    ]);
  },
);

test('a flow of prompt flow is told as what it is', async () => {
  const flow = '$schema: https://x.example/promptflow/latest/Flow.schema.json\ntype: chat\ninputs: { q: { type: string } }\nnodes: []\n';
  const folder = folderWith({ ...pipeline('  chat: { type: parallel, component: ./flow.dag.yaml, inputs: {} }\n'), 'flow.dag.yaml': flow });
  expect(await mistakesOf(() => loadJob(join(folder, 'job.yml')))).toEqual([
    '1:1 : The component of the step "chat" is a flow of prompt flow, which is not run here. Write it as a parallel step whose entry script calls the flow.',
  ]);
});

test('an experiment is named in its alphabet', async () => {
  const folder = folderWith({ 'job.yml': 'type: command\ncommand: ls\nexperiment_name: night shift\n' });
  expect(await mistakesOf(() => loadJob(join(folder, 'job.yml')))).toEqual([
    expect.stringMatching(/^3:18 experiment_name: .*"night shift"/),
  ]);
});

const TIMED = `name: timed
version: 1
type: parallel
inputs: { data: { type: uri_folder }, seconds: { type: integer, default: 5 } }
input_data: \${{inputs.data}}
retry_settings: { timeout: "\${{inputs.seconds}}" }
task:
  code: ./src
  entry_script: score.py
  program_arguments: --task_overhead_timeout \${{inputs.seconds}}
`;

test('a component that was built before takes the values of each use, also where its inputs have defaults', async () => {
  const folder = folderWith({
    ...SURROUNDINGS,
    'timed.yml': TIMED,
    'outer.yml':
      'type: pipeline\nname: outer\nversion: 1\ninputs: { data: { type: uri_folder }, seconds: { type: integer, default: 5 } }\njobs:\n  inner:\n    component: ./timed.yml\n    inputs: { data: "${{parent.inputs.data}}", seconds: "${{parent.inputs.seconds}}" }\n',
    'job.yml': `type: pipeline
inputs: { data: { path: ./in }, given: 7 }
jobs:
  plain: { component: azureml:timed:1, inputs: { data: "\${{parent.inputs.data}}" } }
  other: { component: azureml:timed:1, inputs: { data: "\${{parent.inputs.data}}", seconds: "\${{parent.inputs.given}}" } }
  nested: { component: azureml:outer:1, inputs: { data: "\${{parent.inputs.data}}", seconds: 9 } }
`,
  });
  const registered = new Map<string, ComponentSpec>();
  for (const name of ['timed', 'outer']) registered.set(name, (await loadComponent(join(folder, `${name}.yml`))).spec);
  const { spec } = await loadJob(join(folder, 'job.yml'), { components: { find: async ({ name }) => registered.get(name) } });
  const { plain, other, nested } = spec.steps;
  const inner = nested?.type === 'pipeline' ? nested.steps.inner : undefined;
  expect(
    [plain, other, inner].map((step) => step?.type === 'parallel' && [step.settings.timeout, step.settings.predefined.taskOverheadTimeout]),
  ).toEqual([
    [5, 5],
    [7, 7],
    [9, 9],
  ]);
});

test('a wrong predefined argument of a component is told once, where it stands', async () => {
  const folder = folderWith({
    ...SURROUNDINGS,
    'timed.yml': TIMED.replace('_timeout ${{inputs.seconds}}', '_timeout never'),
    'job.yml':
      'type: pipeline\ninputs: { data: { path: ./in } }\njobs:\n  a: { component: ./timed.yml, inputs: { data: "${{parent.inputs.data}}" } }\n',
  });
  expect(await mistakesOf(() => loadJob(join(folder, 'job.yml')))).toEqual([
    expect.stringMatching(/^10:22 task\.program_arguments: --task_overhead_timeout must be a number/),
  ]);
});

test('what runs in the cloud all the same is worth a warning: a value outside an enum, an input that a nested pipeline does not declare', async () => {
  const folder = folderWith({
    'train.yml': 'type: command\ninputs: { schedule: { type: string, enum: [fixed, timed] } }\ncommand: echo ${{inputs.schedule}}\n',
    'inner.yml': 'type: pipeline\ninputs: { a: { type: string } }\njobs:\n  say: { type: command, command: echo }\n',
    'job.yml': `type: pipeline
inputs: { given: timely }
jobs:
  one: { component: ./train.yml, inputs: { schedule: never } }
  two: { component: ./train.yml, inputs: { schedule: "\${{parent.inputs.given}}" } }
  three:
    component: ./inner.yml
    inputs:
      a: x
      compute: gpu
`,
  });
  const { spec, warnings } = await loadJob(join(folder, 'job.yml'));
  expect(warnings.map(({ line, path, code }) => [line, path, code])).toEqual([
    [4, 'jobs.one.inputs.schedule', 'not-in-enum'],
    [5, 'jobs.two.inputs.schedule', 'not-in-enum'],
    [10, 'jobs.three.inputs.compute', 'unknown-input'],
  ]);
  expect(spec.steps.one?.inputs).toEqual({ schedule: { kind: 'literal', value: 'never' } });
  expect(Object.keys(spec.steps.three?.inputs ?? {})).toEqual(['a']);
});

test('warnings are told beside errors, and what is not registered yet is one of them to who only looks', async () => {
  const folder = folderWith({
    'inner.yml': 'type: pipeline\njobs:\n  say: { type: command, command: echo }\n',
    'job.yml': 'type: pipeline\njobs:\n  a: { component: ./inner.yml, inputs: { x: 1 } }\n  b: { component: azureml:nope:1 }\n',
    'alone.yml': 'type: pipeline\ncomponent: azureml:nope:1\n',
  });
  const judged = await judgeJob(join(folder, 'job.yml'));
  expect(judged.spec).toBeUndefined();
  expect(judged.errors).toEqual([expect.objectContaining({ line: 4, code: 'unknown-component' })]);
  expect(judged.warnings).toEqual([expect.objectContaining({ line: 3, code: 'unknown-input' })]);
  const looked = await judgeJob(join(folder, 'job.yml'), {}, 'warning');
  expect([looked.spec, looked.errors]).toEqual([undefined, []]);
  expect(looked.warnings.map(({ line }) => line)).toEqual([3, 4]);
  expect(await judgeJob(join(folder, 'alone.yml'), {}, 'warning')).toMatchObject({ errors: [], warnings: [{ line: 2 }] });
});

test('an optional input outside of $[[ ]] is worth a warning only where it is not given', async () => {
  const folder = folderWith({
    'c.yml': 'type: command\ninputs: { x: { type: string, optional: true } }\ncommand: ls ${{inputs.x}}\n',
    'job.yml': 'type: pipeline\njobs:\n  a: { component: ./c.yml, inputs: { x: y } }\n  b: { component: ./c.yml }\n',
  });
  const { warnings } = await loadJob(join(folder, 'job.yml'));
  expect(warnings).toEqual([expect.objectContaining({ code: 'optional-not-given', path: 'jobs.b.command' })]);
});

test("steps may fill one folder, with a warning; the name in a path is a step's own", async () => {
  const outputs = "{ o: { path: ./same }, n: { type: uri_file, path: 'azureml://datastores/store/paths/${{name}}/n.csv' } }";
  const step = `{ type: command, command: ls, outputs: ${outputs} }`;
  const folder = folderWith({ 'job.yml': `type: pipeline\njobs:\n  a: ${step}\n  b: ${step}\n` });
  const { warnings } = await loadJob(join(folder, 'job.yml'));
  expect(warnings).toEqual([expect.objectContaining({ code: 'two-writers', path: 'jobs.b.outputs.o' })]);
});

test('a predefined argument bound to data is refused at the step', async () => {
  const folder = folderWith(
    pipeline(
      '  a: { component: ./score.yml, inputs: { data: "${{parent.inputs.data}}", model: "${{parent.inputs.data}}", tries: "${{parent.inputs.data}}" } }\n',
    ),
  );
  const mistakes = await mistakesOf(() => loadJob(join(folder, 'job.yml')));
  expect(mistakes.join('\n')).toContain('--error_threshold must be an integer from -1, found an input without a literal value');
});

test('a component of a type that is not run names its step', async () => {
  const folder = folderWith({ ...pipeline('  count: { component: ./s.yml }\n'), 's.yml': 'type: spark\ncode: ./src\n' });
  await expect(loadJob(join(folder, 'job.yml'))).rejects.toMatchObject({
    problems: [
      { file: join(folder, 's.yml'), line: 1, message: expect.stringContaining('The component of the step "count" is of type spark') },
    ],
  });
});

test('a cycle is told once, in order', async () => {
  const step = (name: string, from: string): string =>
    `  ${name}: { type: command, command: ls, inputs: { i: "\${{parent.jobs.${from}.outputs.o}}" }, outputs: { o: } }\n`;
  const folder = folderWith(pipeline(step('a', 'c') + step('b', 'a') + step('c', 'b') + step('d', 'a')));
  const mistakes = await mistakesOf(() => loadJob(join(folder, 'job.yml')));
  expect(mistakes).toEqual([expect.stringContaining('in a cycle: a → c → b → a.')]);
});

test('types are lenient where nothing can be lost', async () => {
  const folder = folderWith(
    pipeline(`
  prepare: { type: command, command: ls, outputs: { table: { type: mltable }, folder: } }
  use: { type: command, command: ls, inputs: { a: { type: uri_folder, path: "\${{parent.jobs.prepare.outputs.table}}" }, b: { type: mltable, path: ./in } } }
  score: { component: ./score.yml, inputs: { data: "\${{parent.jobs.prepare.outputs.table}}", model: "\${{parent.jobs.prepare.outputs.folder}}" } }
`),
  );
  expect(await mistakesOf(() => loadJob(join(folder, 'job.yml')))).toEqual([]);
});

test('steps written in place take their types from what they are bound to', async () => {
  const folder = folderWith(
    pipeline(`
  a: { type: command, command: ls, inputs: { n: "\${{parent.inputs.epochs}}", d: "\${{parent.inputs.data}}" }, outputs: { t: { type: mltable }, r: "\${{parent.outputs.rows}}" } }
  b: { type: command, command: ls, inputs: { t: "\${{parent.jobs.a.outputs.t}}", r: "\${{parent.jobs.a.outputs.r}}" } }
`),
  );
  const { spec } = await loadJob(join(folder, 'job.yml'));
  expect(spec.steps.a?.inputPorts).toMatchObject({ n: { type: 'integer' }, d: { type: 'uri_folder' } });
  expect(spec.steps.a?.outputPorts).toMatchObject({ t: { type: 'mltable' }, r: { type: 'uri_file' } });
  expect(spec.steps.b?.inputPorts).toMatchObject({ t: { type: 'mltable' }, r: { type: 'uri_file' } });
});

const NESTED = {
  ...FILES,
  'outer.yml': `
type: pipeline
name: outer
inputs: { data: { type: uri_folder }, epochs: { type: integer, default: 2 }, where: { type: string, default: "azureml:small" } }
outputs: { model: { type: mlflow_model } }
jobs:
  train:
    component: ./train.yml
    compute: \${{parent.inputs.where}}
    inputs: { data: "\${{parent.inputs.data}}", epochs: "\${{parent.inputs.epochs}}" }
    outputs: { model: "\${{parent.outputs.model}}" }
`,
};

test('pipeline components nest, and settings bound to their inputs follow the values', async () => {
  const folder = folderWith({
    ...NESTED,
    'job.yml': `
type: pipeline
jobs:
  one: { type: pipeline, component: ./outer.yml, inputs: { data: { path: ./in }, where: azureml:big } }
  two: { component: ./outer.yml, inputs: { data: { path: ./in } } }
`,
  });
  const { spec } = await loadJob(join(folder, 'job.yml'));
  expect(spec.steps.one).toMatchObject({
    type: 'pipeline',
    steps: { train: { compute: 'big' } },
    inputs: { epochs: { kind: 'literal', value: 2 } },
  });
  expect(spec.steps.two).toMatchObject({ type: 'pipeline', steps: { train: { compute: 'small' } } });
});

const WAITING = {
  ...FILES,
  'outer.yml': `
type: pipeline
name: outer
inputs: { data: { type: uri_folder }, where: { type: string }, seconds: { type: integer }, errors: { type: integer } }
jobs:
  score:
    component: ./score.yml
    compute: \${{parent.inputs.where}}
    retry_settings: { timeout: "\${{parent.inputs.seconds}}" }
    inputs: { data: "\${{parent.inputs.data}}", model: "\${{parent.inputs.data}}", tries: "\${{parent.inputs.errors}}" }
`,
};

test('settings of a registered component wait for the values it is given', async () => {
  const folder = folderWith({
    ...WAITING,
    'job.yml':
      'type: pipeline\njobs:\n  a: { component: azureml:outer:1, inputs: { data: { path: ./in }, where: azureml:big, seconds: 7, errors: 3 } }\n',
  });
  const { spec: outer } = await loadComponent(join(folder, 'outer.yml'));
  const stored: ComponentSpec = JSON.parse(JSON.stringify(outer));
  const { spec } = await loadJob(join(folder, 'job.yml'), { components: { find: async () => stored } });
  expect(spec.steps.a).toMatchObject({ steps: { score: { compute: 'big', settings: { timeout: 7, errorThreshold: 3, maxRetries: 3 } } } });
  const object = {
    type: 'pipeline',
    jobs: { a: { component: outer, inputs: { data: { path: './in' }, where: 'small', seconds: 8, errors: 1 } } },
  };
  expect(jobFromObject(object, { baseDirectory: folder }).spec.steps.a).toMatchObject({
    steps: { score: { compute: 'small', settings: { timeout: 8 } } },
  });
});

test('a value that a waiting setting cannot have is refused where the component is used', async () => {
  const folder = folderWith({
    ...WAITING,
    'job.yml':
      'type: pipeline\njobs:\n  a: { component: ./outer.yml, inputs: { data: { path: ./in }, where: x, seconds: 0, errors: 3 } }\n',
  });
  expect(await mistakesOf(() => loadJob(join(folder, 'job.yml')))).toEqual([
    expect.stringContaining('jobs.score.retry_settings.timeout: Expected a number above 0'),
  ]);
});

test('a job may be a pipeline component with values', async () => {
  const folder = folderWith({ ...NESTED, 'job.yml': 'type: pipeline\ncomponent: ./outer.yml\ninputs: { data: { path: ./in } }\n' });
  const { spec } = await loadJob(join(folder, 'job.yml'));
  expect(spec).toMatchObject({
    standalone: false,
    inputPorts: { epochs: { default: 2 } },
    inputs: { epochs: { value: 2 } },
    steps: { train: { type: 'command' } },
  });
});

test('a mistake in a component is told in its own file', async () => {
  const folder = folderWith({
    ...pipeline('  a: { component: ./bad.yml }\n'),
    'bad.yml': 'type: command\ncommand: ls ${{inputs.x}}\ninputs:\n  y: { type: integr }\n',
  });
  await expect(loadJob(join(folder, 'job.yml'))).rejects.toMatchObject({
    problems: [
      { file: join(folder, 'bad.yml'), line: 2, path: 'command' },
      { file: join(folder, 'bad.yml'), line: 4, path: 'inputs.y.type', hint: 'Did you mean "integer"?' },
    ],
  });
});

test('a component that contains itself is refused', async () => {
  const folder = folderWith({
    ...FILES,
    'job.yml': 'type: pipeline\njobs: { a: { component: ./a.yml } }\n',
    'a.yml': 'type: pipeline\njobs: { a: { component: ./a.yml } }\n',
  });
  expect(await mistakesOf(() => loadJob(join(folder, 'job.yml')))).toEqual([expect.stringContaining('The component contains itself')]);
});

test('registered components are looked up by name, version and label', async () => {
  const folder = folderWith(
    pipeline(
      '  a: { component: azureml:train:3, inputs: { data: { path: ./in }, epochs: 1 } }\n  b: { component: azureml:train@latest, inputs: { data: { path: ./in }, epochs: 1 } }\n',
    ),
  );
  const { spec: train } = await loadComponent(join(folder, 'train.yml'));
  const asked: unknown[] = [];
  const components: ComponentRegistry = {
    find: async ({ name, which }): Promise<{ step: Step } | undefined> => {
      asked.push([name, which]);
      return train;
    },
  };
  const { spec } = await loadJob(join(folder, 'job.yml'), { components });
  expect(asked).toEqual([
    ['train', { version: '3' }],
    ['train', { label: 'latest' }],
  ]);
  expect(spec.steps.a).toMatchObject({ type: 'command', inputs: { rate: { value: 0.01 } } });
});

test('keys that a component cannot have are ignored with a warning, near misses are mistakes', async () => {
  const folder = folderWith({
    'a.yml': 'type: command\ncommand: ls\ncompute: gpu\n',
    'b.yml': 'type: command\ncommand: ls\nis_determinstic: false\n',
  });
  expect((await loadComponent(join(folder, 'a.yml'))).warnings).toEqual([
    expect.objectContaining({ code: 'unknown-key', path: 'compute', line: 3 }),
  ]);
  expect(await mistakesOf(() => loadComponent(join(folder, 'b.yml')))).toEqual([
    expect.stringContaining('Did you mean "is_deterministic"?'),
  ]);
});

test('overrides reach any key, and are judged like the file', async () => {
  const folder = folderWith(pipeline(GOOD));
  const file = join(folder, 'job.yml');
  const { spec } = await loadJob(file, {
    overrides: [
      'inputs.epochs=9',
      'jobs.score.mini_batch_size=5',
      'display_name=a=b',
      'settings.default_compute=azureml:x',
      'tags={"k":"v"}',
    ],
  });
  expect(spec).toMatchObject({
    displayName: 'a=b',
    inputs: { epochs: { value: '9' } },
    settings: { defaultCompute: 'x' },
    tags: { k: 'v' },
  });
  expect(spec.steps.score).toMatchObject({ settings: { miniBatchSize: parseMiniBatchSize('5') } });
  expect(await mistakesOf(() => loadJob(file, { overrides: ['inputs.epochs=1000'] }))).toEqual([
    expect.stringContaining('from 1 up to 100'),
  ]);
  expect(await mistakesOf(() => loadJob(file, { overrides: ['jobs.score.mini_batch_size=10xb'] }))).toEqual([
    expect.stringMatching(/found "10xb"\. It is set by --set jobs\.score\.mini_batch_size\.$/),
  ]);
  expect(await mistakesOf(() => loadJob(file, { overrides: ['nonsense'] }))).toEqual([expect.stringContaining('expected PATH=VALUE')]);
  expect(await mistakesOf(() => loadJob(file, { overrides: ['type.x=1'] }))).toEqual([expect.stringContaining('cannot be set')]);
});

test('an override takes the place of a text that YAML would have read as a number', async () => {
  const folder = folderWith({ 'job.yml': 'type: command\ncommand: date\nenvironment_variables: { A: 1.0, B: 1.0 }\n' });
  const { spec } = await loadJob(join(folder, 'job.yml'), { overrides: ['environment_variables.A=2.50'] });
  expect(spec.steps.main).toMatchObject({ environmentVariables: { A: '2.50', B: '1.0' } });
});

test('a pipeline without steps is refused', async () => {
  const folder = folderWith({ 'job.yml': 'type: pipeline\njobs: {}\n' });
  expect(await mistakesOf(() => loadJob(join(folder, 'job.yml')))).toEqual([expect.stringContaining('expected at least one step')]);
});
