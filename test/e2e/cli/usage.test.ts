import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { thisMachine, workersHere } from '../../../src/workers/local/slots.ts';
import { parallelJob } from '../../support/parallel-job.ts';
import { sandbox } from '../../support/prl.ts';

const main = join(import.meta.dirname, '..', '..', '..', 'src', 'cli', 'main.ts');

test.each([
  [['jobb'], /unknown command 'jobb'\n\(Did you mean job\?\)/],
  [['job', 'shw'], /unknown command 'shw'\n\(Did you mean show\?\)/],
  [['run', '--limt', '3'], /unknown option '--limt'\n\(Did you mean --limit\?\)/],
  [['run', '.', 'more'], /too many arguments/],
  [['run', 'nowhere.yml'], /nowhere\.yml is not there/],
  [['run', '.'], /holds no job file: expected pipeline\.yml/],
  [['run', '.', '--limit', '0'], /Expected a whole number from 1 on/],
  [['run', '.', '--environment', 'docker'], /Allowed choices are venv, system/],
  [['job', 'show'], /There is no job in .*home/],
  [['job', 'show', 'a', '--name', 'b'], /The name is given twice: a, and --name b/],
  [['job', 'show', 'nope'], /No job is called "nope"/],
  [['job', 'stream', 'nope'], /No job is called "nope"/],
  [['job', 'cancel', '../nope'], /No job is called "\.\.\/nope"/],
  [['job', 'list', '-o', 'xml'], /--output must be json, table, yaml, tsv or none/],
  [['job', 'list', '--query', 'a b'], /--query "a b": at column 3, "b" was not expected/],
  [['job', 'debug', 'x', '--mini-batch', '-1'], /Expected a whole number from 0 on/],
  [['data', 'create', '--name', 'x', '--path', './nope'], /There is nothing at .*nope/],
  [['data', 'show', 'nope'], /data nope@latest is not registered/],
  [['compute', 'show', 'gpu-cluster'], /No compute is called "gpu-cluster"/],
  [['schema', 'nope'], /expected one of job, component/],
  [['completion', 'csh'], /expected bash, zsh or fish/],
  [['init', '--language', 'cobol'], /Allowed choices are ts, python/],
] as const)('%j is a wrong request', async (args, message) => {
  const box = sandbox();
  const { code, stdout, stderr } = await box.prl(args);
  expect(stderr).toMatch(message);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).not.toMatch(/\n\s+at /);
});

test.each([
  ['an empty file', '', ['run', 'job.yml']],
  ['no mapping', '- a\n- b\n', ['job', 'create', '--file', 'job.yml']],
  ['no YAML', 'type: [pipeline\njobs: {\n', ['job', 'plan', '--file', 'job.yml']],
  ['a duplicate key', 'type: command\ncommand: a\ncommand: b\n', ['run', '.']],
  ['a binary file', '\0\x01\x02\xff', ['job', 'create', '-f', 'job.yml', '--stream']],
  ['an unknown type', 'type: sweeep\n', ['job', 'graph', '--file', 'job.yml']],
])('%s is refused with its place, and nothing is stored', async (_what, text, command) => {
  const box = sandbox();
  box.write('job.yml', text);
  const { code, stdout, stderr } = await box.prl(command);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^job\.yml(:\d+:\d+)?: /m);
  expect(stderr).not.toMatch(/\n\s+at /);
  const validated = await box.prl(['job', 'validate', '--file', 'job.yml', '--output', 'json']);
  expect(validated.code).toBe(2);
  const { valid, errors } = JSON.parse(validated.stdout);
  expect(valid).toBe(false);
  expect(Object.keys(errors[0])).toEqual(['file', 'line', 'column', 'path', 'message']);
  expect((await box.prl(['job', 'list', '--include-archived', '-o', 'json'])).stdout).toBe('[]\n');
});

test('validate reports all mistakes at once, with places and near misses; and a good file is valid', async () => {
  const box = sandbox();
  box.write(
    'bad.yml',
    'type: pipeline\njobs:\n  one:\n    type: command\n    comand: echo\n  two:\n    type: command\n    command: echo\n    timeot: 3\n',
  );
  const bad = await box.prl(['job', 'validate', '--file', 'bad.yml', '--output', 'json']);
  expect(bad.code).toBe(2);
  const { errors } = JSON.parse(bad.stdout);
  expect(errors).toContainEqual(
    expect.objectContaining({ file: 'bad.yml', line: 5, column: 5, path: 'jobs.one.comand', message: expect.stringContaining('command') }),
  );
  expect(errors).toContainEqual(expect.objectContaining({ line: 9, path: 'jobs.two.timeot' }));

  box.write('good.yml', 'type: command\ncommand: echo\n');
  const good = await box.prl(['job', 'validate', '--file', 'good.yml', '--output', 'json']);
  expect(good).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(good.stdout)).toEqual({ valid: true, errors: [], warnings: [] });
});

test('data that is not registered yet: validate warns at its line, create refuses at the same place', async () => {
  const box = sandbox();
  box.write(
    'job.yml',
    'type: command\ncommand: ls ${{inputs.one}} ${{inputs.two}}\ninputs:\n  one: {path: "azureml:one:1"}\n  two:\n    type: uri_folder\n    path: azureml://datastores/workspaceblobstore/paths/two/\n',
  );
  const validated = await box.prl(['job', 'validate', '--file', 'job.yml', '--output', 'json']);
  expect(validated.code).toBe(0);
  expect(JSON.parse(validated.stdout)).toMatchObject({
    valid: true,
    errors: [],
    warnings: [
      { line: 4, path: 'inputs.one', message: expect.stringContaining('not registered') },
      { line: 7, path: 'inputs.two', message: expect.stringContaining('not there') },
    ],
  });
  const created = await box.prl(['job', 'create', '--file', 'job.yml']);
  expect(created.code).toBe(2);
  expect(created.stderr).toMatch(/job\.yml:4:\d+: inputs\.one: .*not registered/);
  expect(created.stderr).toMatch(/job\.yml:7:\d+: inputs\.two: .*not there/);
});

test.each([['--help'], ['job', '--help'], ['job', 'create', '--help'], ['data', 'create', '-h'], ['--version'], ['completion', 'fish']])(
  'prl %s %s %s prints to stdout and ends with 0',
  async (...args) => {
    const { code, stdout, stderr } = await sandbox().prl(args.filter((arg) => arg !== undefined));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toBe('');
  },
);

test('a script written for az runs: its flags are accepted, and ignored with one notice', async () => {
  const box = sandbox();
  box.write('job.yml', 'type: command\ncommand: echo hello\n');
  const flags = ['--resource-group', 'rg', '--workspace-name', 'ws', '--subscription', 's'];
  const created = await box.prl(['job', 'create', '--file', 'job.yml', '--stream', '--query', 'name', '-o', 'tsv', ...flags]);
  expect(created.code).toBe(0);
  expect(created.stdout).toMatch(/^[a-z]+_[a-z]+_[a-z0-9]{5}\n$/);
  expect(created.stderr).toContain('ignored: --resource-group, --workspace-name, --subscription');
});

test('a reader that goes away ends a list quietly', async () => {
  const box = sandbox();
  box.write('job.yml', 'type: command\ncommand: echo hello\n');
  await box.prl(['run', 'job.yml', '--name', 'a']);
  const child = spawn(process.execPath, [main, 'job', 'stream', 'a', '-o', 'json'], {
    cwd: box.directory,
    env: { ...process.env, PARALLELRUN_HOME: box.home },
  });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => {
    stderr += text;
  });
  child.stdout.destroy();
  await once(child, 'close');
  expect(stderr).toBe('');
});

test('a job goes on when nobody reads what is said about it', async () => {
  const box = sandbox();
  box.write('job.yml', 'type: command\ncommand: echo hello; sleep 0.2\n');
  const child = spawn(process.execPath, [main, 'run', 'job.yml', '--name', 'a', '-o', 'json'], {
    cwd: box.directory,
    env: { ...process.env, PARALLELRUN_HOME: box.home },
  });
  child.stdout.destroy();
  child.stderr.destroy();
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  expect((await box.prl(['job', 'show', 'a', '--query', 'status', '-o', 'tsv'])).stdout).toBe('Completed\n');
});

test('a wrong query is refused before the job is started, one that finds nothing says so', async () => {
  const box = sandbox();
  box.write('job.yml', 'type: command\ncommand: touch "$DONE"\n');
  const wrong = await box.prl(['run', 'job.yml', '--name', 'a', '--query', 'steps[?'], { env: { DONE: box.path('done') } });
  expect(wrong).toMatchObject({ code: 2, stdout: '', stderr: 'error: --query "steps[?": at column 8, it ends too early.\n' });
  expect(existsSync(box.path('done'))).toBe(false);
  expect((await box.prl(['job', 'list', '-o', 'json'])).stdout).toBe('[]\n');
  await box.prl(['run', 'job.yml', '--name', 'a'], { env: { DONE: box.path('done') } });
  const found = await box.prl(['job', 'list', '--query', "[?status=='Completed'].name | [0]", '-o', 'json']);
  expect(found).toMatchObject({ code: 0, stdout: '"a"\n', stderr: '' });
  const nothing = await box.prl(['job', 'show', 'a', '--query', 'steps.other.status', '-o', 'json']);
  expect(nothing).toMatchObject({ code: 0, stdout: 'null\n' });
  expect(nothing.stderr).toBe('prl: --query steps.other.status found nothing: the result is null.\n');
});

test.runIf(process.platform === 'linux')('a home and an output where nobody can make a folder are refused at once', async () => {
  const box = sandbox();
  const home = await box.prl(['job', 'list'], { env: { PARALLELRUN_HOME: '/proc/nobody' } });
  expect(home).toMatchObject({ code: 2, stdout: '' });
  expect(home.stderr).toContain("The home /proc/nobody cannot be used: ENOENT: no such file or directory, mkdir '/proc/nobody'.");
  expect(home.stderr).toContain('Set PARALLELRUN_HOME to a folder that can be written.');
  box.write('job.yml', 'type: command\ncommand: echo\noutputs: {made: {type: uri_folder, path: /proc/nobody/made}}\n');
  const output = await box.prl(['run', 'job.yml']);
  expect(output.code).toBe(2);
  expect(output.stderr).toContain('The output made can not be written to /proc/nobody/made');
});

test('plan says which mini-batches there would be, and starts nothing', async () => {
  const box = sandbox();
  for (const letter of 'abcdefg') box.write(`in/${letter}.txt`, letter);
  box.write('src/entry.ts', 'export const run = (files: string[]) => files;');
  box.write(
    'job.yml',
    `type: parallel
inputs: {letters: {type: uri_folder, path: ./in}}
input_data: \${{inputs.letters}}
mini_batch_size: "2"
max_concurrency_per_instance: 3
task: {type: run_function, code: ./src, entry_script: entry.ts}
`,
  );
  const planned = await box.prl(['job', 'plan', '--file', 'job.yml', '-o', 'json']);
  expect(planned.code).toBe(0);
  expect(JSON.parse(planned.stdout)).toEqual({
    steps: {
      main: {
        workers: 3,
        mini_batches: 4,
        items: 7,
        smallest: 1,
        largest: 2,
        notices: [],
        first: ['a.txt … (2 files)', 'c.txt … (2 files)', 'e.txt … (2 files)'],
        last: ['g.txt'],
      },
    },
  });
  expect((await box.prl(['job', 'list', '-o', 'json'])).stdout).toBe('[]\n');
});

test('plan says as many workers as will run: one for each GPU that the step may use', async () => {
  const box = sandbox();
  box.write('in/a.txt', 'a');
  box.write('src/entry.ts', 'export const run = (files: string[]) => files;');
  const step = (more: string) =>
    `{type: parallel, inputs: {i: {type: uri_folder, path: ./in}}, input_data: '\${{inputs.i}}', ${more}
     task: {type: run_function, code: ./src, entry_script: entry.ts}}`;
  box.write(
    'pipeline.yml',
    `type: pipeline
inputs: {device: "7"}
jobs:
  inherited: ${step('')}
  nodes: ${step('resources: {instance_count: 2},')}
  own: ${step("environment_variables: {CUDA_VISIBLE_DEVICES: '0,1'},")}
  given: ${step("environment_variables: {CUDA_VISIBLE_DEVICES: '${{parent.inputs.device}}'},")}
  told: ${step('max_concurrency_per_instance: 5,')}
`,
  );
  const env = { CUDA_VISIBLE_DEVICES: '0,2,3', PARALLELRUN_OVERSUBSCRIBE: '1' };
  const { stdout } = await box.prl(['job', 'plan', 'pipeline.yml', '-o', 'json'], { env });
  const workers = Object.entries<{ workers: number }>(JSON.parse(stdout).steps).map(([name, planned]) => [name, planned.workers]);
  expect(Object.fromEntries(workers)).toEqual({ inherited: 3, nodes: 6, own: 2, given: 1, told: 5 });
});

test('plan looks only at the data that is split: another input may come from a step before', async () => {
  const box = sandbox();
  box.write('in/a.txt', 'a');
  box.write('src/entry.ts', 'export const run = (files: string[]) => files;');
  box.write(
    'pipeline.yml',
    `type: pipeline
jobs:
  make: {type: command, command: 'touch \${{outputs.o}}/x', outputs: {o: {type: uri_folder}}}
  use:
    type: parallel
    inputs: {i: {type: uri_folder, path: ./in}, side: '\${{parent.jobs.make.outputs.o}}'}
    input_data: \${{inputs.i}}
    task: {type: run_function, code: ./src, entry_script: entry.ts}
`,
  );
  const { code, stdout } = await box.prl(['job', 'plan', 'pipeline.yml', '-o', 'json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout).steps.use).toMatchObject({ mini_batches: 1, items: 1 });
});

test('plan says what waits for other steps, and what would be refused', async () => {
  const box = sandbox();
  box.write('in/a.csv', 'x,y\n1,2\n');
  box.write('src/entry.ts', 'export const run = (files: string[]) => files;');
  const task = 'task: {type: run_function, code: ./src, entry_script: entry.ts}';
  box.write(
    'pipeline.yml',
    `type: pipeline
jobs:
  make: {type: command, command: 'touch \${{outputs.o}}/x', outputs: {o: {type: uri_folder}}}
  use:
    {type: parallel, inputs: {i: '\${{parent.jobs.make.outputs.o}}'}, input_data: '\${{inputs.i}}', ${task}}
  grouped:
    {type: parallel, inputs: {i: {type: uri_file, path: ./in/a.csv}}, input_data: '\${{inputs.i}}', partition_keys: [nope], ${task}}
`,
  );
  const { code, stdout, stderr } = await box.prl(['job', 'plan', '--file', '.', '-o', 'json']);
  const { steps } = JSON.parse(stdout);
  expect(steps.use).toMatchObject({ after: ['make'] });
  expect(steps.grouped.errors[0].message).toContain('nope');
  expect(stderr).toContain('nope');
  expect(code).toBe(2);
});

test('the graph of a file, and of a job with what became of its steps', async () => {
  const box = sandbox();
  box.write(
    'pipeline.yml',
    `type: pipeline
jobs:
  make: {type: command, command: 'echo 1 > \${{outputs.o}}/x', outputs: {o: {type: uri_folder}}}
  use: {type: command, command: 'ls \${{inputs.i}}', inputs: {i: '\${{parent.jobs.make.outputs.o}}'}}
`,
  );
  const before = await box.prl(['job', 'graph', '--file', 'pipeline.yml', '--format', 'mermaid']);
  expect(before).toMatchObject({ code: 0, stderr: '' });
  expect(before.stdout).toMatch(/^flowchart TD\n/);
  await box.prl(['run', '.', '--name', 'two']);
  const after = await box.prl(['job', 'graph', 'two']);
  expect(after.stdout).toMatch(/make +Completed.*\n.*use +Completed .*← make/);
  const shown = await box.prl(['job', 'show', 'two', '-o', 'table']);
  expect(shown.stdout).toMatch(/^name +two\nstatus +Completed in .*\n/);
  expect(shown.stdout).toContain('← make');

  await box.prl(['run', '.', '--name', 'again']);
  const again = JSON.parse((await box.prl(['job', 'show', 'again', '-o', 'json'])).stdout);
  expect(again.steps).toMatchObject({ make: { reused_from: 'two.make' }, use: { reused_from: 'two.use' } });
  const why = JSON.parse((await box.prl(['job', 'why', 'again', 'use', '-o', 'json'])).stdout);
  expect(why).toMatchObject({ job: 'again', step: 'use', reused: true, reused_from: 'two.use' });
  expect((await box.prl(['job', 'why', 'again', 'usee'])).stderr).toContain('Did you mean use?');
});

test('what more nodes ask for than this machine has is said once, with the way out, and not started', async () => {
  const box = sandbox();
  const settings = ['resources: { instance_count: 20 }', 'max_concurrency_per_instance: 8'];
  const job = parallelJob(box, { files: 1, entryScript: 'score.ts', script: 'export const run = (files: string[]) => files;', settings });
  const { workers } = workersHere(20, 8, [], thisMachine(), false);
  const capped = await box.prl(['run', job, '--name', 'capped']);
  expect(capped.stderr.match(/main asks for 20 nodes × 8 = 160 worker processes, and runs (\d+)\..*--oversubscribe/)?.[1]).toBe(
    `${workers}`,
  );
  expect(capped.stderr.split('--oversubscribe')).toHaveLength(2);
  const log = (name: string) => readFileSync(join(box.home, 'jobs', name, 'steps/main/logs/sys/master_role.txt'), 'utf8');
  expect(log('capped')).toContain(`in up to ${workers} workers on`);
  const all = await box.prl(['run', job, '--name', 'all', '--oversubscribe']);
  expect(all.stderr).not.toContain('asks for');
  expect(log('all')).toContain('in up to 160 workers on 20 nodes');
});
