import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { type Sandbox, sandbox } from '../../support/prl.ts';

/** Ten one-word files and a TypeScript step that returns a line for each. */
function lettersJob(box: Sandbox, script = 'export const run = (files: string[]) => files.map((file) => file.slice(-5));'): string {
  for (const letter of 'abcdefghij') box.write(`in/${letter}.txt`, letter);
  box.write('src/entry.ts', script);
  return box.write(
    'job.yml',
    `type: parallel
inputs:
  letters: {type: uri_folder, path: ./in}
outputs:
  rows: {type: uri_file}
input_data: \${{inputs.letters}}
mini_batch_size: "3"
max_concurrency_per_instance: 2
mini_batch_error_threshold: 0
retry_settings: {max_retries: 0, timeout: 20}
task:
  type: run_function
  code: ./src
  entry_script: entry.ts
  append_row_to: \${{outputs.rows}}
`,
  );
}

test('a folder with a job runs; its result is on stdout alone, and the output can be downloaded', async () => {
  const box = sandbox();
  lettersJob(box);
  const run = await box.prl(['run', '.', '--name', 'letters', '--output', 'json']);
  expect(run.stderr).toContain('Completed');
  expect(run.code).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({
    name: 'letters',
    status: 'Completed',
    display_name: 'letters',
    directory: `${box.home}/jobs/letters`,
    steps: {
      main: {
        type: 'parallel',
        status: 'Completed',
        directory: `${box.home}/jobs/letters/steps/main`,
        mini_batches: { total: 4, done: 4, failed: 0, retries: 0 },
        items: { total: 10, done: 10, failed: 0 },
      },
    },
  });
  expect(readdirSync(`${box.home}/jobs/letters/steps/main/logs`)).toContain('job_result.txt');

  const shown = await box.prl(['job', 'show', '--name', 'letters', '--output', 'json']);
  expect(shown.stdout).toBe(run.stdout);
  expect(shown.stderr).toBe('');

  const download = await box.prl(['job', 'download', '-n', 'letters', '--output-name', 'rows', '-p', 'down']);
  expect(download).toMatchObject({ code: 0, stdout: '' });
  expect(readdirSync(box.path('down'))).toEqual(['named-outputs']);
  const [file = ''] = readdirSync(box.path('down/named-outputs/rows'));
  expect(readFileSync(box.path('down/named-outputs/rows', file), 'utf8')).toBe(
    [...'abcdefghij'].map((letter) => `${letter}.txt\n`).join(''),
  );

  const everything = await box.prl(['job', 'download', '-n', 'letters', '--all', '-p', 'all']);
  expect(everything.code).toBe(0);
  expect(readdirSync(box.path('all')).toSorted()).toEqual(['artifacts', 'named-outputs']);
  expect(readdirSync(box.path('all/artifacts/logs'))).toContain('job_result.txt');
});

test('without --output nothing is on stdout', async () => {
  const box = sandbox();
  const run = await box.prl(['run', lettersJob(box)]);
  expect(run).toMatchObject({ code: 0, stdout: '' });
});

test('a job that fails ends with 1, tells the error of the script, and has no output', async () => {
  const box = sandbox();
  lettersJob(box, "export function run(): never {\n  throw new RangeError('the moon is full');\n}\n");
  const run = await box.prl(['run', '.', '--name', 'moon', '-o', 'json']);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('RangeError: the moon is full');
  expect(run.stderr).toContain('prl job resume --name moon');
  const job = JSON.parse(run.stdout);
  expect(job).toMatchObject({
    status: 'Failed',
    error: expect.stringContaining('mini_batch_error_threshold'),
    steps: { main: { status: 'Failed' } },
  });
  const download = await box.prl(['job', 'download', '-n', 'moon', '--output-name', 'rows']);
  expect(download.code).toBe(2);
  expect(download.stderr).toContain('has not completed');
});

test('--limit runs only the first mini-batches and says so in the record', async () => {
  const box = sandbox();
  const run = await box.prl(['run', lettersJob(box), '--limit', '2', '-o', 'json']);
  expect(run.code).toBe(0);
  expect(run.stderr).toContain('Only the first 2 mini-batches');
  expect(JSON.parse(run.stdout)).toMatchObject({ limit: 2, steps: { main: { mini_batches: { total: 2, done: 2 } } } });
});

test('--mini-batch runs that one alone, as a trial, and the script sees it in its place', async () => {
  const box = sandbox();
  const file = lettersJob(
    box,
    'export const run = (files: string[], context: { minibatchIndex: number }) => [`${context.minibatchIndex} ${files[0]}`];',
  );
  const run = await box.prl(['run', file, '--mini-batch', '3', '-n', 'one', '-o', 'json']);
  expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('Only mini-batch 3 is run.') });
  expect(JSON.parse(run.stdout)).toMatchObject({ mini_batch: 3, steps: { main: { mini_batches: { total: 1, done: 1 } } } });
  await box.prl(['job', 'download', '-n', 'one', '--output-name', 'rows', '-p', 'down']);
  const [rows = ''] = readdirSync(box.path('down/named-outputs/rows'));
  expect(readFileSync(box.path('down/named-outputs/rows', rows), 'utf8')).toBe(`3 ${box.path('in/j.txt')}\n`);
  const beyond = await box.prl(['run', file, '--mini-batch', '10']);
  expect(beyond).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no mini-batch 10: the input has 4, numbered from 0 to 3.'),
  });
});

test('--set overrides the file, several values behind one flag; the file may stand behind them or be given with -f', async () => {
  const box = sandbox();
  const file = lettersJob(box);
  const asked = ['--query', '[display_name, steps.main.mini_batches.total]', '-o', 'tsv'];
  const sets = ['--set', 'mini_batch_size=10', 'display_name=ten'];
  for (const args of [
    [...sets, file],
    [file, ...sets],
    ['-f', file, ...sets],
  ]) {
    expect(await box.prl(['run', ...args, ...asked])).toMatchObject({ code: 0, stdout: 'ten\n1\n' });
  }
  const plan = await box.prl(['job', 'plan', '--set', 'mini_batch_size=10', 'display_name=x', '--file', file, '-o', 'json']);
  expect(JSON.parse(plan.stdout)).toMatchObject({ steps: { main: { mini_batches: 1 } } });
  expect((await box.prl(['run', 'one.yml', '--file', 'two.yml'])).stderr).toContain('The file is given twice');
});

test('an input that is not there is a wrong request: nothing is stored', async () => {
  const box = sandbox();
  const file = lettersJob(box);
  for (const path of ['./nowhere', 'azureml:letters:3']) {
    const run = await box.prl(['run', file, '--set', `inputs.letters.path=${path}`]);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('job.yml');
    expect(run.stderr).not.toMatch(/\n\s+at /);
  }
  expect((await box.prl(['job', 'list', '-o', 'json'])).stdout).toBe('[]\n');
});

test('what turns out to be impossible before anything ran is a wrong request too', async () => {
  const box = sandbox();
  const file = lettersJob(box);
  box.write('taken', 'a file where a folder has to be');
  const impossible = ['--set', `outputs.rows.path=${box.path('taken/rows.txt')}`];
  for (const command of [
    ['run', file],
    ['job', 'create', '--file', file, '--stream'],
  ]) {
    const { code, stdout, stderr } = await box.prl([...command, ...impossible]);
    expect(stderr).toContain('taken');
    expect(stderr).not.toContain('Job ');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  }
  expect((await box.prl(['job', 'list', '-o', 'json'])).stdout).toBe('[]\n');
});

test('prl init writes a job that runs at once, once', async () => {
  for (const language of ['ts', 'python']) {
    const box = sandbox();
    const folder = box.write('project/.keep', '').slice(0, -6);
    expect((await box.prl(['init', '--language', language], { cwd: folder })).code).toBe(2);
    const empty = box.path('empty');
    await import('node:fs').then(({ mkdirSync }) => mkdirSync(empty));
    const cwd = { cwd: empty, env: { PARALLELRUN_HOME: undefined } };
    expect((await box.prl(['init', '--language', language], cwd)).code).toBe(0);
    const [editors = ''] = readFileSync(`${empty}/pipeline.yml`, 'utf8').split('\n');
    expect(editors).toBe('# yaml-language-server: $schema=job.schema.json');
    const schema = readFileSync(`${empty}/job.schema.json`, 'utf8');
    expect((await box.prl(['schema', 'job'])).stdout).toBe(schema);
    const judge = z.fromJSONSchema(JSON.parse(schema));
    const job = parse(readFileSync(`${empty}/pipeline.yml`, 'utf8'));
    expect(judge.safeParse(job).error).toBeUndefined();
    expect(judge.safeParse({ ...job, jobs: { score: { ...job.jobs.score, mini_batch_sise: '2' } } }).success).toBe(false);
    const run = await box.prl(['run', '.', '--name', 'first', '-o', 'json'], cwd);
    expect(run.stderr).toContain('Completed');
    expect(JSON.parse(run.stdout)).toMatchObject({ status: 'Completed', directory: `${empty}/.parallelrun/jobs/first` });
    expect((await box.prl(['job', 'download', 'first', '--output-name', 'scores', '-p', 'out'], cwd)).code).toBe(0);
    const [file = ''] = readdirSync(`${empty}/out/named-outputs/scores`);
    const rows = readFileSync(`${empty}/out/named-outputs/scores/${file}`, 'utf8').split('\n');
    expect(rows.slice(0, 2)).toEqual(['review-01.txt positive 3', 'review-02.txt negative -3']);
  }
});
