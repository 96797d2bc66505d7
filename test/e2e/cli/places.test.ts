/** Who may write where: a trial run beside a finished result, two jobs at once, two steps of one job. */
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sandbox } from '../../support/prl.ts';

const rows = (path: string) => `outputs: {rows: {type: uri_file, path: "${path}", name: result}}`;
const parallel = `input_data: \${{inputs.data}}
mini_batch_size: "1"
max_concurrency_per_instance: 1
task: {type: run_function, code: ./code, entry_script: score.py, append_row_to: "\${{outputs.rows}}"}
`;

test('a trial run leaves the finished result as it is, and registers nothing', async () => {
  const box = sandbox();
  for (const n of [1, 2, 3]) box.write(`in/${n}.txt`, `${n}`);
  box.write('code/score.py', 'def run(batch):\n    return [open(path).read() for path in batch]\n');
  box.write('job.yml', `type: parallel\ninputs: {data: {path: ./in}}\n${rows('./rows.csv')}\n${parallel}`);
  expect((await box.prl(['run', 'job.yml'])).code).toBe(0);
  const trial = await box.prl(['run', 'job.yml', '--limit', '1', '--name', 'trial']);
  expect(trial.code).toBe(0);
  expect(readFileSync(box.path('rows.csv'), 'utf8')).toBe('1\n2\n3\n');
  expect((await box.prl(['data', 'list', '--name', 'result', '--query', '[].version', '-o', 'tsv'])).stdout).toBe('1\n');
  const place = box.path('home/datastores/workspaceblobstore/azureml/trial/rows/rows.csv');
  expect(trial.stderr).toContain('What comes out stays with the job');
  expect(trial.stderr).toContain('output rows: home/datastores/workspaceblobstore/azureml/trial/rows/rows.csv');
  expect(readFileSync(place, 'utf8')).toBe('1\n');
  expect((await box.prl(['job', 'download', 'trial', '--output-name', 'rows'])).code).toBe(0);
  expect(readFileSync(box.path('named-outputs/rows/rows.csv'), 'utf8')).toBe('1\n');
});

test('of two jobs that would write to one place the second is refused while the first runs, also in another home', async () => {
  const box = sandbox();
  mkdirSync(box.path('real'));
  symlinkSync('real', box.path('link'));
  const wait = (folder: string) =>
    `type: command\ncommand: touch begun; while [ ! -e ${box.path('go')} ]; do sleep 0.05; done\noutputs: {o: {path: ./${folder}}}\n`;
  box.write('one.yml', wait('real'));
  box.write('two.yml', wait('link'));
  const env = { PARALLELRUN_HOME: box.path('other') };
  expect((await box.prl(['job', 'create', '-f', 'one.yml', '--name', 'first'])).code).toBe(0);
  for (const command of [
    ['run', 'two.yml'],
    ['job', 'create', '--file', 'two.yml'],
  ]) {
    const here = await box.prl(command);
    expect({ code: here.code, stdout: here.stdout }).toEqual({ code: 2, stdout: '' });
    expect(here.stderr).toMatch(/The job first is running and writes to .*real, .* Wait for it \(prl job stream --name first\)/);
    const there = await box.prl(command, { env });
    expect(there.code).toBe(2);
    expect(there.stderr).toContain(`The job first (in the home ${box.home}) is running`);
  }
  expect((await box.prl(['job', 'list', '-o', 'json'], { env })).stdout).toBe('[]\n');

  // A process that dies holds nothing.
  const { pid } = JSON.parse(readFileSync(box.path('home/jobs/first/coordinator.json'), 'utf8'));
  process.kill(pid, 'SIGKILL');
  box.write('go', '');
  const second = await box.prl(['run', 'two.yml', '--name', 'second'], { env });
  expect(second).toMatchObject({ code: 0 });
  expect(await box.prl(['job', 'resume', 'first', '--stream'])).toMatchObject({ code: 0 });
  expect(existsSync(box.path('home/jobs/first/coordinator.json'))).toBe(false);
});

test('two outputs of one job that are one file are refused where the job is judged, however their path is written', async () => {
  const box = sandbox();
  mkdirSync(box.path('real'));
  symlinkSync('real', box.path('link'));
  box.write('in/1.txt', '1');
  box.write('code/score.py', 'def run(batch):\n    return batch\n');
  const step = (path: string) => `{type: command, command: echo, outputs: {o: {type: uri_file, path: ${path}}}}`;
  box.write('files.yml', `type: pipeline\njobs:\n  a: ${step('./real/x')}\n  b: ${step('./link/x')}\n`);
  const scored = (name: string) =>
    `  ${name}:\n    type: parallel\n    inputs: {data: "\${{parent.inputs.data}}"}\n    outputs: {rows: {path: ./real}}\n${parallel.replace(/^/gm, '    ').trimEnd()}\n`;
  box.write('folders.yml', `type: pipeline\ninputs: {data: {path: ./in}}\njobs:\n${scored('a')}${scored('b')}`);
  for (const [file, told] of [
    ['files.yml', /files\.yml:4:\d+: jobs\.b\.outputs\.o: .*x is written twice: by a\.o and by b\.o\./],
    ['folders.yml', /folders\.yml:\d+:\d+: jobs\.b\.outputs\.rows: .*parallel_run_step\.txt is written twice/],
  ] as const) {
    expect((await box.prl(['run', file])).stderr).toMatch(told);
    const validated = await box.prl(['job', 'validate', file, '-o', 'table']);
    expect(validated.code).toBe(2);
    expect(validated.stdout).toMatch(told);
  }
});
