import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startTime } from '../../../src/os/start-time.ts';
import { type Sandbox, sandbox } from '../../support/prl.ts';

/** A command that runs until a file called `go` appears. */
function waitingJob(box: Sandbox): string {
  return box.write(
    'wait.yml',
    `type: command
command: echo $$ >> ${box.path('started')}; while [ ! -e ${box.path('go')} ]; do sleep 0.02; done; echo end > \${{outputs.out}}/end.txt
outputs:
  out: {type: uri_folder}
`,
  );
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** How often the command was started. */
const starts = (box: Sandbox) =>
  existsSync(box.path('started')) ? readFileSync(box.path('started'), 'utf8').trim().split('\n').length : 0;

const status = async (box: Sandbox, name: string) =>
  (await box.prl(['job', 'show', '-n', name, '--query', 'status', '-o', 'tsv'])).stdout.trim();

test('a job in the background: created, followed, completed', async () => {
  const box = sandbox();
  const created = await box.prl(['job', 'create', '--file', waitingJob(box), '--name', 'bg', '--output', 'json']);
  expect(created.code).toBe(0);
  const job = JSON.parse(created.stdout);
  expect(job).toMatchObject({ name: 'bg', display_name: 'bg', directory: `${box.home}/jobs/bg`, steps: { main: { type: 'command' } } });
  expect(['Queued', 'Preparing', 'Running']).toContain(job.status);

  const followed = box.start(['job', 'stream', '--name', 'bg', '--output', 'json']);
  await followed.printed('"status":"Running"');
  box.write('go', '');
  const { code, stdout } = await followed.result;
  expect(code).toBe(0);
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.map(({ n }) => n)).toEqual(events.map((_, i) => i + 1));
  expect(events.at(-1)).toMatchObject({ type: 'job_status', status: 'Completed' });

  const later = await box.prl(['job', 'stream', '--name', 'bg', '--output', 'json', '--from', String(events.length)]);
  expect(
    later.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(events.slice(-1));
  expect(await status(box, 'bg')).toBe('Completed');
});

test('Ctrl-C on a follower ends the following, not the job', async () => {
  const box = sandbox();
  const followed = box.start(['job', 'create', '--file', waitingJob(box), '--name', 'bg', '--stream']);
  await until(() => existsSync(box.path('started')));
  followed.child.kill('SIGINT');
  const { code, stderr } = await followed.result;
  expect(code).toBe(130);
  expect(stderr).toContain('prl job stream --name bg');
  expect(await status(box, 'bg')).toBe('Running');
  box.write('go', '');
  expect((await box.prl(['job', 'stream', 'bg'])).code).toBe(0);
});

test('cancel reaches every process of a background job, which can be resumed', async () => {
  const box = sandbox();
  await box.prl(['job', 'create', '--file', waitingJob(box), '--name', 'bg']);
  await until(() => existsSync(box.path('started')));
  const { pid } = JSON.parse(readFileSync(`${box.home}/jobs/bg/coordinator.json`, 'utf8'));
  expect((await box.prl(['job', 'cancel', '--name', 'bg'])).code).toBe(0);
  expect(startTime(pid)).toBeUndefined();
  expect(await status(box, 'bg')).toBe('Canceled');
  const again = await box.prl(['job', 'cancel', '--name', 'bg']);
  expect(again).toMatchObject({ code: 0, stderr: 'Job bg had ended already: Canceled.\n' });

  box.write('go', '');
  const resumed = await box.prl(['job', 'resume', '--name', 'bg', '--stream', '-o', 'json']);
  expect(resumed.code).toBe(0);
  expect(JSON.parse(resumed.stdout)).toMatchObject({ status: 'Completed', steps: { main: { exit_code: 0 } } });
  const nothing = await box.prl(['job', 'resume', '--name', 'bg']);
  expect(nothing).toMatchObject({ code: 0, stderr: 'Job bg has completed: there is nothing to resume.\n' });
});

test('a job has one coordinator', async () => {
  const box = sandbox();
  await box.prl(['job', 'create', '--file', waitingJob(box), '--name', 'bg']);
  const second = await box.prl(['job', 'resume', '--name', 'bg']);
  expect(second.code).toBe(2);
  expect(second.stderr).toMatch(/Job bg runs already, in process \d+/);
  await until(() => starts(box) === 1);
  await box.prl(['job', 'cancel', 'bg']);
  // It waits for a file, so that one of the two has not ended before the other asks.
  const both = await Promise.all([box.prl(['job', 'resume', 'bg']), box.prl(['job', 'resume', 'bg'])]);
  expect(both.map(({ code }) => code).toSorted()).toEqual([0, 2]);
  expect(both.find(({ code }) => code === 2)?.stderr).toMatch(/Job bg runs already, in process \d+/);
  await until(() => starts(box) === 2);
  box.write('go', '');
  expect((await box.prl(['job', 'stream', 'bg'])).code).toBe(0);
  expect(starts(box)).toBe(2);
});

test('a coordinator killed with -9 leaves a job that is NotResponding, cannot be mistaken for running, and can be resumed', async () => {
  const box = sandbox();
  const run = box.start(['run', waitingJob(box), '--name', 'fg']);
  await until(() => existsSync(box.path('started')));
  expect(await status(box, 'fg')).toBe('Running');
  run.child.kill('SIGKILL');
  await run.result;
  const shown = JSON.parse((await box.prl(['job', 'show', 'fg', '-o', 'json'])).stdout);
  expect(shown).toMatchObject({ status: 'NotResponding', steps: { main: { status: 'NotResponding' } } });
  expect(JSON.parse((await box.prl(['job', 'list', '-o', 'json'])).stdout)).toMatchObject([{ name: 'fg', status: 'NotResponding' }]);
  expect((await box.prl(['job', 'stream', 'fg'])).code).toBe(1);
  box.write('go', '');
  expect((await box.prl(['job', 'resume', 'fg', '--stream'])).code).toBe(0);
  expect(await status(box, 'fg')).toBe('Completed');
});

test('a job whose coordinator died can be canceled', async () => {
  const box = sandbox();
  const run = box.start(['run', waitingJob(box), '--name', 'fg']);
  await until(() => existsSync(box.path('started')));
  run.child.kill('SIGKILL');
  await run.result;
  expect((await box.prl(['job', 'cancel', 'fg'])).code).toBe(0);
  expect(await status(box, 'fg')).toBe('Canceled');
});

/** A parallel job whose first mini-batch runs until `go` appears; the others are quick. */
function slowParallelJob(box: Sandbox): string {
  for (let i = 0; i < 6; i++) box.write(`in/${i}.txt`, String(i));
  box.write(
    'src/entry.ts',
    `import { existsSync, writeFileSync } from 'node:fs';
export async function run(files: string[]): Promise<string[]> {
  writeFileSync(${JSON.stringify(box.path('started'))}, '');
  while (!existsSync(${JSON.stringify(box.path('go'))})) await new Promise((resolve) => setTimeout(resolve, 20));
  return files.map((file) => file.slice(-5));
}
`,
  );
  return box.write(
    'slow.yml',
    `type: parallel
inputs: {files: {type: uri_folder, path: ./in}}
outputs: {rows: {type: uri_file}}
input_data: \${{inputs.files}}
mini_batch_size: "1"
max_concurrency_per_instance: 1
task: {type: run_function, code: ./src, entry_script: entry.ts, append_row_to: "\${{outputs.rows}}"}
`,
  );
}

test('Ctrl-C once lets the running mini-batch finish and keeps it; the job carries on where it stopped', async () => {
  const box = sandbox();
  const run = box.start(['run', slowParallelJob(box), '--name', 'drained']);
  await until(() => existsSync(box.path('started')));
  run.child.kill('SIGINT');
  await run.printed('prl job resume --name drained');
  box.write('go', '');
  expect((await run.result).code).toBe(130);
  const { status: ended, steps } = JSON.parse((await box.prl(['job', 'show', 'drained', '-o', 'json'])).stdout);
  expect(ended).toBe('Canceled');
  expect(steps.main.mini_batches).toMatchObject({ done: 1, failed: 0 });
  const resumed = await box.prl(['job', 'resume', 'drained', '--stream', '--query', 'steps.main.mini_batches.done', '-o', 'tsv']);
  expect(resumed).toMatchObject({ code: 0, stdout: '6\n' });
  await box.prl(['job', 'download', 'drained', '--output-name', 'rows', '-p', 'out']);
  expect(readFileSync(box.path('out/named-outputs/rows/parallel_run_step.txt'), 'utf8')).toBe('0.txt\n1.txt\n2.txt\n3.txt\n4.txt\n5.txt\n');
});

test('Ctrl-C twice kills what runs', async () => {
  const box = sandbox();
  const run = box.start(['run', slowParallelJob(box), '--name', 'killed']);
  await until(() => existsSync(box.path('started')));
  run.child.kill('SIGINT');
  await run.printed('prl job resume --name killed');
  run.child.kill('SIGINT');
  expect((await run.result).code).toBe(130);
  expect(await status(box, 'killed')).toBe('Canceled');
});

test('lists are newest first, counted when they are cut, without archived jobs', async () => {
  const box = sandbox();
  const file = box.write('job.yml', 'type: command\ncommand: "true"\n');
  for (const name of ['one', 'two', 'three']) await box.prl(['run', file, '--name', name]);
  const names = async (...flags: string[]) =>
    (await box.prl(['job', 'list', '--query', '[].name', '-o', 'tsv', ...flags])).stdout.split('\n').filter(Boolean);
  expect(await names()).toEqual(['three', 'two', 'one']);
  const cut = await box.prl(['job', 'list', '--max-results', '2', '-o', 'json']);
  expect(JSON.parse(cut.stdout)).toMatchObject([
    { name: 'three', status: 'Completed', display_name: 'three', directory: `${box.home}/jobs/three` },
    { name: 'two', status: 'Completed', display_name: 'two', directory: `${box.home}/jobs/two` },
  ]);
  expect(cut.stderr).toBe('2 of 3 jobs\n');
  await box.prl(['job', 'archive', '-n', 'two']);
  expect(await names()).toEqual(['three', 'one']);
  expect(await names('--archived-only')).toEqual(['two']);
  expect(await names('--include-archived')).toEqual(['three', 'two', 'one']);
});

test('a reused step shows the counts of the run whose outputs it took', async () => {
  const box = sandbox();
  box.write('src/score.ts', 'export const run = (files: readonly string[]) => files;\n');
  const job = box.write(
    'pipeline.yml',
    [
      'type: pipeline',
      'jobs:',
      '  make:',
      '    type: command',
      '    command: touch ${{outputs.files}}/a ${{outputs.files}}/b',
      '    outputs: { files: { type: uri_folder } }',
      '  score:',
      '    type: parallel',
      '    inputs: { files: "${{parent.jobs.make.outputs.files}}" }',
      '    outputs: { rows: { type: uri_file } }',
      '    input_data: ${{inputs.files}}',
      '    mini_batch_size: "1"',
      '    task: { type: run_function, code: ./src, entry_script: score.ts, append_row_to: "${{outputs.rows}}" }',
      '',
    ].join('\n'),
  );
  await box.prl(['run', job, '--name', 'first']);
  const { stdout } = await box.prl(['run', job, '--name', 'second', '--output', 'json']);
  const counts = { mini_batches: { total: 2, done: 2 }, items: { total: 2 } };
  expect(JSON.parse(stdout).steps.score).toMatchObject({ reused_from: 'first.score', ...counts });

  writeFileSync(job, readFileSync(job, 'utf8').replace('  score:', '  rate:'));
  const renamed = await box.prl(['run', job, '--name', 'third', '--output', 'json']);
  expect(JSON.parse(renamed.stdout).steps.rate).toMatchObject({ reused_from: 'first.score', ...counts });
  const debugged = await box.prl(['job', 'debug', 'third', '--mini-batch', '1']);
  expect(debugged.stderr).toContain('prl job debug --name first --step score --mini-batch 1');
});
