/** `prl job logs`: what scripts printed, and which mini-batch printed it. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Sandbox, sandbox } from '../../support/prl.ts';

const scripts = {
  python: `import os, subprocess, sys, time
def init():
    print("init prints")
def run(mini_batch):
    name = os.path.basename(mini_batch[0])
    print("run", name)
    print("err", name, file=sys.stderr)
    subprocess.run(["echo", "child " + name])
    print("no end of", name, end="", flush=True)
    if name == "3.txt":
        os.kill(os.getpid(), 9)
    if name == "4.txt":
        raise ValueError("four")
    return [name]
`,
  typescript: `import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
export function init() { console.log('init prints'); }
export function run(miniBatch: string[]) {
  const name = basename(miniBatch[0] ?? '');
  console.log('run', name);
  console.error('err', name);
  spawnSync('echo', ['child ' + name], { stdio: 'inherit' });
  process.stdout.write('no end of ' + name);
  if (name === '3.txt') process.kill(process.pid, 'SIGKILL');
  if (name === '4.txt') throw new Error('four');
  return [name];
}
`,
};

function job(box: Sandbox, language: keyof typeof scripts): string {
  const script = language === 'python' ? 'score.py' : 'score.ts';
  box.write(`code/${script}`, scripts[language]);
  for (const name of [1, 2, 3, 4, 5]) box.write(`in/${name}.txt`, '');
  return box.write(
    'job.yml',
    `type: parallel
inputs: {texts: {type: uri_folder, path: ./in}}
outputs: {names: {type: uri_file, path: ./names.txt}}
input_data: \${{inputs.texts}}
mini_batch_size: "1"
max_concurrency_per_instance: 1
mini_batch_error_threshold: -1
error_threshold: -1
retry_settings: {max_retries: 0, timeout: 60}
task: {type: run_function, code: ./code, entry_script: ${script}, append_row_to: "\${{outputs.names}}"}
`,
  );
}

test.each(['python', 'typescript'] as const)('of a %s script: of all mini-batches in order, and of each', async (language) => {
  const box = sandbox();
  await box.prl(['run', job(box, language), '--name', 'logs']);
  const printed = async (...args: string[]) => (await box.prl(['job', 'logs', 'logs', ...args])).stdout.trimEnd().split('\n');
  const of = (name: string) => [`run ${name}`, `child ${name}`, `no end of ${name}`, `err ${name}`];
  for (const index of [0, 1, 2, 3, 4]) {
    const lines = await printed('--mini-batch', String(index));
    // What the engine writes of an error comes after it.
    expect(lines.slice(0, 4), `mini-batch ${index}`).toEqual(of(`${index + 1}.txt`));
  }
  const all = await printed();
  expect(all.filter((line) => /^(run|child|no end of|err|init) /.test(line))).toEqual([
    'init prints',
    ...[1, 2, 3].flatMap((name) => of(`${name}.txt`)),
    'init prints',
    ...[4, 5].flatMap((name) => of(`${name}.txt`)),
  ]);
  expect(await printed('--grep', '^run [24]')).toEqual(['run 2.txt', 'run 4.txt']);
  const [last] = await printed('--tail', '1', '-o', 'json');
  expect(JSON.parse(last ?? '')).toEqual({ step: 'main', worker: 'process000', stream: 'stderr', mini_batch: 4, line: 'err 5.txt' });
});

test('what a command printed stands at the end, where it is little', async () => {
  const box = sandbox();
  box.write(
    'pipeline.yml',
    `type: pipeline
jobs:
  little:
    type: command
    command: printf '1\\n\\033[2J2\\n'
  much: {type: command, command: seq 20}
  none: {type: command, command: "true"}
  fails: {type: command, command: "echo why; false"}
settings: {continue_on_step_failure: true}
`,
  );
  const { code, stderr } = await box.prl(['run', '.', '--name', 'prints']);
  expect(code).toBe(1);
  const end = stderr.slice(stderr.indexOf('Job prints  Failed'));
  expect(end).toContain('\n  little printed:\n    1\n    2\n');
  expect(end).not.toMatch(/(much|none|fails) printed/);
  expect(end).not.toContain('\u001b');
  expect(end).toContain('why');
});

test('what is asked in vain is said', async () => {
  const box = sandbox();
  box.write('job.yml', 'type: command\ncommand: "true"\n');
  await box.prl(['run', '--name', 'quiet']);
  const asked = (...args: string[]) => box.prl(['job', 'logs', 'quiet', ...args]);
  expect(await asked()).toMatchObject({ code: 0, stdout: '', stderr: 'The scripts of job quiet printed nothing.\n' });
  expect(await asked('--step', 'mian')).toMatchObject({ code: 2, stderr: expect.stringContaining('has no step "mian"') });
  expect(await asked('--worker', '7')).toMatchObject({ code: 2, stderr: expect.stringContaining('No worker "7"') });
  expect(await asked('--grep', '(')).toMatchObject({ code: 2 });
  expect(await asked('-f', '--mini-batch', '1')).toMatchObject({ code: 2 });
});

const follow = (box: Sandbox) =>
  box.write(
    'follow.yml',
    `type: pipeline
jobs:
  one:
    type: command
    command: echo before; printf 'half'; while [ ! -e ${box.path('go')} ]; do sleep 0.02; done; echo ' whole'
  two:
    type: command
    inputs: {after: "\${{parent.jobs.one.outputs.o}}"}
    command: echo from two; cat \${{inputs.after}}/nothing || true
`.replace('    command: echo before', '    outputs: {o: {type: uri_folder}}\n    command: echo before'),
  );

test('followed until the job ends: whole lines, each once, also those of steps that begin later', async () => {
  const box = sandbox();
  await box.prl(['job', 'create', '-f', follow(box), '--name', 'long']);
  const following = box.start(['job', 'logs', 'long', '--follow']);
  await following.printed('before');
  box.write('go', '');
  const { code, stdout } = await following.result;
  expect(code).toBe(0);
  expect(stdout.split('\n').slice(0, 3)).toEqual(['before', 'half whole', 'from two']);
  // Of a job that has ended it is all there is.
  const again = await box.prl(['job', 'logs', 'long', '-f']);
  expect(again.stdout).toBe(stdout);
  expect((await box.prl(['job', 'logs', 'long', '--step', 'two', '--tail', '9'])).stdout).toMatch(/^from two\n/);
});

test('--verbose shows prints beside the progress, and a log that is too long is cut', async () => {
  const box = sandbox();
  box.write('go', '');
  const run = await box.prl(['run', follow(box), '--verbose']);
  expect(run.stderr).toMatch(/^one \| half whole$/m);
  expect(run.stderr).toMatch(/^two \| from two$/m);
  expect(run.stdout).toBe('');
  const created = await box.prl([
    'job',
    'create',
    '-f',
    box.path('follow.yml'),
    '--name',
    'bg',
    '--stream',
    '--verbose',
    '--force-rerun',
    '--query',
    'name',
    '-o',
    'tsv',
  ]);
  expect(created.stderr).toMatch(/^one \| half whole$/m);
  expect(created.stdout).toBe('bg\n');
  // Elsewhere it is a flag of `az` that changes nothing.
  expect(await box.prl(['job', 'show', 'bg', '--verbose', '--query', 'status', '-o', 'tsv'])).toMatchObject({
    code: 0,
    stdout: 'Completed\n',
  });

  const loud = job(box, 'python');
  box.write(
    'code/score.py',
    'def run(mini_batch):\n    for i in range(2000): print("line", mini_batch[0][-5:], i)\n    return mini_batch\n',
  );
  const long = await box.prl(['run', loud, '--name', 'loud'], { env: { PARALLELRUN_LOG_LIMIT: '10kb' } });
  expect(long.code).toBe(0);
  expect(long.stderr.match(/longer than 10240 bytes/g)).toHaveLength(1);
  const lines = (await box.prl(['job', 'logs', 'loud'])).stdout.trimEnd().split('\n');
  expect([lines[0], lines.at(-1)]).toEqual(['line 1.txt 0', 'line 5.txt 1999']);
  expect(lines.filter((line) => line.includes('bytes left out here'))).toHaveLength(1);
  expect((await box.prl(['job', 'logs', 'loud', '--mini-batch', '4', '--tail', '1'])).stdout).toBe('line 5.txt 1999\n');
  expect(existsSync(box.path('names.txt'))).toBe(true);
  const wrong = await box.prl(['run', loud, '--name', 'wrong'], { env: { PARALLELRUN_LOG_LIMIT: 'much' } });
  expect(wrong.stderr).toContain('PARALLELRUN_LOG_LIMIT is "much"');
});
