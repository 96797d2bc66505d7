/** What lies on the disk decides: damaged, lost or never written, it gives no wrong output, and no job that cannot be gone on with. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parallelJob, showJob } from '../../support/parallel-job.ts';
import { runPipeline } from '../../support/pipeline.ts';
import { type Sandbox, sandbox } from '../../support/prl.ts';
import { gone, processesWith } from '../../support/processes.ts';

const main = join(import.meta.dirname, '..', '..', '..', 'src', 'cli', 'main.ts');
const files = 40;
const expected = Array.from({ length: files }, (_, i) => `${String(i).padStart(3, '0')}.txt\n`).join('');
/** Waits at the mini-batch that `HOLD` names until the file `GO` is there. */
const script = `import os, time
def run(mini_batch, context):
    open(os.environ['TRACE'], 'a').write(f'{context.minibatch_index}\\n')
    while str(context.minibatch_index) == os.environ.get('HOLD') and not os.path.exists(os.environ['GO']): time.sleep(0.02)
    return [os.path.basename(path) for path in mini_batch]
`;

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it did not come so far');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const lines = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0);

/** A job that was killed when about half of its mini-batches were done. */
async function interruptedJob(box: Sandbox): Promise<{ readonly state: string; readonly env: Readonly<Record<string, string>> }> {
  const env = { TRACE: box.path('trace') };
  const job = parallelJob(box, { files, script, settings: ['max_concurrency_per_instance: 1'] });
  const run = box.start(['run', job, '--name', 'j'], { env: { ...env, HOLD: '20', GO: box.path('go') } });
  await until(() => lines(env.TRACE) > 20);
  const started = processesWith(env.TRACE).filter((pid) => pid !== run.pid);
  const state = box.path('home/jobs/j/steps/main/state');
  await until(() => existsSync(join(state, 'planned.json')));
  run.child.kill('SIGKILL');
  await run.result;
  for (const pid of started) await gone(pid);
  return { state, env };
}

const resume = (box: Sandbox, env = {}) => box.prl(['job', 'resume', '--name', 'j', '--stream'], { env });

const damages: Readonly<Record<string, (state: string) => void>> = {
  'a manifest that lost its last lines': (state) => editManifest(state, (all) => all.slice(0, -3)),
  'a manifest whose last lines are there twice': (state) => editManifest(state, (all) => [...all, ...all.slice(-2)]),
  'a manifest of rubbish': (state) => writeFileSync(join(state, 'manifest.jsonl'), Buffer.alloc(5000, 7)),
  'an empty planned.json': (state) => writeFileSync(join(state, 'planned.json'), ''),
  'small files that are empty': (state) => {
    const job = join(state, '..', '..', '..');
    const small = [
      join(state, 'readers.json'),
      join(state, '..', 'step.json'),
      join(state, '..', 'snapshot.json'),
      join(job, 'coordinator.json'),
    ];
    for (const file of small) writeFileSync(file, '');
  },
  'a flipped bit in a segment': flipBit,
  'a segment that is gone': (state) => rmSync(join(state, 'segments'), { recursive: true }),
};

test('a job with damaged files is listed, and resumed to the output of an undisturbed run', async () => {
  const box = sandbox();
  const { state, env } = await interruptedJob(box);
  cpSync(box.home, box.path('interrupted'), { recursive: true });
  for (const [what, damage] of Object.entries(damages)) {
    for (const made of [box.home, box.path('rows.txt')]) rmSync(made, { recursive: true, force: true });
    cpSync(box.path('interrupted'), box.home, { recursive: true });
    damage(state);
    expect(JSON.parse((await box.prl(['job', 'list', '-o', 'json'])).stdout), what).toMatchObject([{ name: 'j', status: 'NotResponding' }]);
    const { code, stderr } = await resume(box, env);
    expect(stderr, what).not.toMatch(/^ {4}at |Internal error/m);
    expect(code, what).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8'), what).toBe(expected);
    expect((await showJob(box, 'j')).main.mini_batches, what).toMatchObject({ total: files, done: files, failed: 0 });
  }
});

function editManifest(state: string, edit: (lines: readonly string[]) => readonly string[]): void {
  const file = join(state, 'manifest.jsonl');
  writeFileSync(file, edit(readFileSync(file, 'utf8').split(/(?<=\n)/)).join(''));
}

function flipBit(state: string): void {
  const [name = ''] = readdirSync(join(state, 'segments'));
  const file = join(state, 'segments', name);
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(30) ^ 1, 30);
  writeFileSync(file, bytes);
}

test('where the input has changed as well, a job whose manifest is lost is refused', async () => {
  const box = sandbox();
  const { state, env } = await interruptedJob(box);
  rmSync(join(state, 'manifest.jsonl'));
  box.write('in/000a.txt', 'one more');
  for (let tries = 0; tries < 2; tries += 1) {
    const { code, stderr } = await resume(box, env);
    expect(code).toBe(1);
    expect(stderr).toContain('The input is no longer what it was when this job began');
  }
  expect(existsSync(box.path('rows.txt'))).toBe(false);
  rmSync(box.path('in/000a.txt'));
  expect((await resume(box, env)).code).toBe(0);
  expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(expected);
});

test('a completed job keeps its state and its outputs whatever became of its events and of the store', async () => {
  const box = sandbox();
  const job = parallelJob(box, { files: 3, script });
  expect((await box.prl(['run', job, '--name', 'j'], { env: { TRACE: box.path('trace') } })).code).toBe(0);
  const events = box.path('home/jobs/j/events.jsonl');
  const whole = readFileSync(events, 'utf8').split(/(?<=\n)/);
  const damages = [
    () => writeFileSync(events, whole.map((line, i) => (i === whole.length - 2 ? '{"n": torn\n' : line)).join('')),
    () => writeFileSync(events, whole.slice(0, -4).join('')),
    () => writeFileSync(events, ''),
    () => rmSync(box.path('home/store.db')),
    () => writeFileSync(box.path('home/store.db'), Buffer.alloc(8192, 1)),
  ];
  for (const damage of damages) {
    damage();
    const { job: shown, main } = await showJob(box, 'j');
    expect(shown.status).toBe('Completed');
    expect(main).toMatchObject({ status: 'Completed', mini_batches: { total: 3, done: 3 }, items: { done: 3 } });
    expect((await box.prl(['job', 'resume', 'j'])).stderr).toContain('there is nothing to resume');
    rmSync(box.path('out'), { recursive: true, force: true });
    expect((await box.prl(['job', 'download', 'j', '--output-name', 'rows', '-p', 'out'])).code).toBe(0);
    expect(existsSync(box.path('out/named-outputs/rows/rows.txt'))).toBe(true);
  }
});

test('a store that is lost while a job runs is made again, and the name of the living job stays taken', async () => {
  const box = sandbox();
  const env = { TRACE: box.path('trace') };
  const job = parallelJob(box, { files, script, settings: ['max_concurrency_per_instance: 1'] });
  const run = box.start(['run', job, '--name', 'j'], { env: { ...env, HOLD: '20', GO: box.path('go') } });
  await until(() => lines(env.TRACE) > 20);
  for (const rest of ['', '-wal', '-shm']) rmSync(box.path(`home/store.db${rest}`), { force: true });
  const again = await box.prl(['run', job, '--name', 'j'], { env });
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('A job called j is there already') });
  expect((await showJob(box, 'j')).job.status).toBe('Running');
  expect((await box.prl(['job', 'resume', 'j'])).stderr).toContain('runs already');
  expect((await box.prl(['job', 'cancel', 'j'])).code).toBe(0);
  await run.result;
  expect((await resume(box, env)).code).toBe(0);
  expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(expected);
});

test('what left its group is ended by the resume, also when the reaper was killed with the coordinator', async () => {
  const box = sandbox();
  const env = { TRACE: box.path('trace') };
  const leaving = `import os, subprocess, time
def init():
    subprocess.Popen(['sleep', '1000'], start_new_session=True)
${script.slice(script.indexOf('def run'))}`;
  const job = parallelJob(box, { files: 30, script: leaving, settings: ['max_concurrency_per_instance: 1'] });
  const run = box.start(['run', job, '--name', 'j'], { env: { ...env, HOLD: '20', GO: box.path('go') } });
  await until(() => lines(env.TRACE) > 20);
  const commandOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  const started = processesWith(env.TRACE).filter((pid) => pid !== run.pid);
  const reaper = started.find((pid) => commandOf(pid).includes('while read -r op pid'));
  const left = started.find((pid) => commandOf(pid).startsWith('sleep'));
  if (reaper === undefined || left === undefined) throw new Error('there is no reaper, or nothing left its group');
  process.kill(reaper, 'SIGKILL');
  run.child.kill('SIGKILL');
  await run.result;
  expect((await resume(box, env)).code).toBe(0);
  for (const pid of [left, ...processesWith(env.TRACE)]) await gone(pid);
});

/** Whether this machine lets a test have mounts of its own. */
const canMount = spawnSync('unshare', ['-m', 'mount', '--bind', '/tmp', '/tmp']).status === 0;

test.runIf(canMount)('a home that cannot be written can be looked at, and says so where it would be changed', async () => {
  const box = sandbox();
  const job = parallelJob(box, { files: 3, script });
  expect((await box.prl(['run', job, '--name', 'j'], { env: { TRACE: box.path('trace') } })).code).toBe(0);
  const readOnly = (...args: readonly string[]) => {
    const mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"';
    const command = ['-m', 'sh', '-c', mount, box.home, process.execPath, main, ...args];
    const options = { encoding: 'utf8', cwd: box.directory, env: { ...process.env, PARALLELRUN_HOME: box.home } } as const;
    return spawnSync('unshare', command, options);
  };
  expect(JSON.parse(readOnly('job', 'list', '-o', 'json').stdout)).toMatchObject([{ name: 'j', status: 'Completed' }]);
  expect(JSON.parse(readOnly('job', 'show', 'j', '-o', 'json').stdout)).toMatchObject({ steps: { main: { items: { done: 3 } } } });
  expect(readOnly('job', 'download', 'j', '--output-name', 'rows', '-p', 'out').status).toBe(0);
  expect(readOnly('run', job)).toMatchObject({ status: 2, stderr: expect.stringContaining('readonly database') });
  expect(readOnly('job', 'archive', 'j')).toMatchObject({ status: 2, stderr: expect.stringContaining('EROFS') });
});

test('what has no copy is left out of a download, and named; a pipe in an input is not waited for', async () => {
  const box = sandbox();
  box.write('in/a.txt', 'a');
  await new Promise((resolve) => spawn('mkfifo', [box.path('in/pipe')]).once('exit', resolve));
  box.write(
    'pipeline.yml',
    `type: pipeline
outputs: {made: {type: uri_folder}}
jobs:
  make:
    type: command
    command: >-
      cp \${{inputs.data}}/a.txt \${{outputs.made}}/ && cd \${{outputs.made}} && mkfifo pipe && ln -s nowhere broken && ln -s . self && ln -s loop loop
      && touch "$(printf 'b\\377')" && mkfifo \${{outputs.artifacts}}/pipe
    inputs: {data: {type: uri_folder, path: ./in}}
    outputs: {made: "\${{parent.outputs.made}}", artifacts: {type: uri_folder}}
`,
  );
  expect((await runPipeline(box, 'j')).job.status).toBe('Completed');
  const { code, stderr } = await box.prl(['job', 'download', 'j', '--all', '-p', 'out']);
  expect(code).toBe(0);
  for (const what of [
    'pipe: a pipe',
    'broken: a link that leads nowhere',
    'loop: a link that leads to itself',
    'back above itself',
    'no UTF-8',
  ]) {
    expect(stderr).toContain(what);
  }
  expect(readdirSync(box.path('out/named-outputs/made'))).toEqual(['a.txt']);
});

test('a path that no system takes is told with its place in the file', async () => {
  const box = sandbox();
  const job = parallelJob(box, { files: 1, script });
  const text = readFileSync(job, 'utf8');
  writeFileSync(job, text.replace('path: ./in ', `path: ./${'x'.repeat(5000)} `));
  const { code, stderr } = await box.prl(['run', job]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/job\.yml:2:\d+: inputs\.data\.path: There is nothing at/);
});

test('an output whose folder is taken away fails the step with that reason, and those beside it go on', async () => {
  const box = sandbox();
  const env = { TRACE: box.path('trace'), GO: box.path('go') };
  for (const name of ['a', 'b', 'c']) box.write(`in/${name}.txt`, name);
  box.write('code/score.py', script);
  const step = (name: string) => `  ${name}:
    type: parallel
    inputs: {data: {type: uri_folder, path: ./in}}
    outputs: {rows: {type: uri_file, path: ./${name}/rows.txt}}
    input_data: \${{inputs.data}}
    mini_batch_size: "1"
    max_concurrency_per_instance: 1
    environment_variables: {HOLD: "${name === 'gone' ? '2' : 'none'}"}
    task: {type: run_function, code: ./code, entry_script: score.py, append_row_to: "\${{outputs.rows}}"}
`;
  box.write(
    'pipeline.yml',
    `type: pipeline\nsettings: {continue_on_step_failure: true}\njobs:\n${['gone', 'one', 'two'].map(step).join('')}`,
  );
  const run = box.start(['run', 'pipeline.yml', '--name', 'j'], { env });
  await until(() => existsSync(box.path('gone/.rows.txt.partial')) && lines(env.TRACE) === 9);
  rmSync(box.path('gone'), { recursive: true });
  box.write('go', '');
  const { code, stderr } = await run.result;
  expect(code).toBe(1);
  expect(stderr).toContain('ENOENT');
  expect(stderr).not.toContain('EBADF');
  const shown = JSON.parse((await box.prl(['job', 'show', 'j', '-o', 'json'])).stdout);
  expect(shown.steps).toMatchObject({ gone: { status: 'Failed' }, one: { status: 'Completed' }, two: { status: 'Completed' } });
});
