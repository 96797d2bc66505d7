import { existsSync, globSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Sandbox, sandbox } from '../../support/prl.ts';

/** A script that says which packages it has, with an environment of its own. */
function write(box: Sandbox, dependencies: readonly string[], more = ''): void {
  box.write('conda.yml', `channels: [conda-forge]\ndependencies:\n${dependencies.map((each) => `  - ${each}\n`).join('')}`);
  box.write('data/a.txt', 'a');
  box.write('score.py', 'import six, sys\ndef run(batch): return [f"{six.__version__} {sys.prefix}" for _ in batch]\n');
  box.write(
    'job.yml',
    `type: parallel
inputs: {files: {type: uri_folder, path: data}}
outputs: {rows: {type: uri_file, path: ./rows.txt}}
input_data: \${{inputs.files}}
task:
  type: run_function
  code: score.py
  entry_script: score.py
  append_row_to: \${{outputs.rows}}
  environment: {image: some/image, conda_file: conda.yml}
${more}`,
  );
}

const env = { PARALLELRUN_ENVIRONMENT: 'venv' };

function made(box: Sandbox): readonly string[] {
  const folder = box.path('home', 'environments');
  return existsSync(folder) ? readdirSync(folder) : [];
}

test('packages that a job declares are made once, for however many jobs ask at the same time, and are there the next time without a network', async () => {
  const box = sandbox();
  write(box, ['python', 'git', 'six=1.16', 'pip']);
  const jobs = await Promise.all(
    ['one', 'two'].map((name) => box.prl(['run', 'job.yml', '--name', name, '--set', `outputs.rows.path=./${name}.txt`], { env })),
  );
  for (const { code, stderr } of jobs) expect(code, stderr).toBe(0);
  const all = jobs.map(({ stderr }) => stderr).join('');
  expect(all.match(/An environment is made/g)).toHaveLength(1);
  expect(all).toContain(`not: the image some/image, git (${box.path('conda.yml')}:4) - it is part of the system`);
  const [key] = made(box);
  for (const name of ['one', 'two'])
    expect(readFileSync(box.path(`${name}.txt`), 'utf8')).toBe(`1.16.0 ${box.path('home/environments', key ?? '')}\n`);
  expect(made(box)).toHaveLength(1);

  // What is compiled of its packages stays in it.
  const compiled = () => globSync(box.path('home/environments/*/lib/*/site-packages/__pycache__/six.*.pyc'));
  for (const file of compiled()) rmSync(file);
  const again = await box.prl(['run', 'job.yml'], { env: { ...env, UV_OFFLINE: '1', PYTHONDONTWRITEBYTECODE: '1' } });
  expect(compiled()).toHaveLength(1);
  expect(again.code, again.stderr).toBe(0);
  expect(again.stderr).not.toContain('An environment is made');

  const listed = JSON.parse((await box.prl(['environment', 'made', '-o', 'json'])).stdout);
  expect(listed).toMatchObject([{ key, packages: ['six==1.16.*', 'pip'] }]);
  expect(listed[0].bytes).toBeGreaterThan(10_000);
  expect((await box.prl(['environment', 'prune', '--older-than', '1d', '--yes'])).stderr).toContain('No environment is that old');
  expect((await box.prl(['environment', 'prune', '--yes'])).stderr).toContain('are free again');
  expect(made(box)).toEqual([]);
});

test('an environment that cannot be made ends the job before it begins, in the words of the installer, with the line that asks for it', async () => {
  const box = sandbox();
  write(box, ['python', 'six=99']);
  const failed = await box.prl(['run', 'job.yml', '--name', 'bad'], { env });
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/No solution found[\s\S]*you require six==99/);
  expect(failed.stderr).toContain(`${box.path('conda.yml')}:4: six=99`);
  expect(failed.stderr).not.toContain('starting workers');
  expect(made(box)).toEqual([]);
  expect((await box.prl(['job', 'show', 'bad', '-o', 'json', '--query', '[status, resumable]'])).stdout).toBe(
    '[\n  "Failed",\n  false\n]\n',
  );
});

/** A package whose making takes until `go` is there. */
function writeSlow(box: Sandbox): void {
  box.write(
    'slow/setup.py',
    `import os, time\nopen(${JSON.stringify(box.path('begun'))}, 'w')\nwhile not os.path.exists(${JSON.stringify(box.path('go'))}): time.sleep(0.02)\nfrom setuptools import setup\nsetup(name='slow', version='1')\n`,
  );
  write(box, ['python', 'six=1.16', 'pip: [./slow]']);
}

test('a step that was killed while its environment was made leaves nothing that is taken for one', async () => {
  const box = sandbox();
  writeSlow(box);
  const run = box.start(['run', 'job.yml', '--name', 'killed'], { env });
  await expect.poll(() => existsSync(box.path('begun')), { timeout: 60_000 }).toBe(true);
  run.child.kill('SIGKILL');
  await run.result;
  expect(made(box).filter((name) => !name.startsWith('.') && !name.endsWith('.lock'))).toEqual([]);
  box.write('go', '');
  const resumed = await box.prl(['job', 'resume', 'killed', '--stream'], { env });
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(readFileSync(box.path('rows.txt'), 'utf8')).toContain('1.16.0');
  await box.prl(['environment', 'prune', '--yes']);
  expect(made(box)).toEqual([]);
});

test('Ctrl-C is heard while an environment is made', async () => {
  const box = sandbox();
  writeSlow(box);
  const run = box.start(['run', 'job.yml'], { env });
  await expect.poll(() => existsSync(box.path('begun')), { timeout: 60_000 }).toBe(true);
  run.child.kill('SIGINT');
  expect(await run.result).toMatchObject({ code: 130 });
  expect(made(box)).toEqual([]);
});

test('a Python that this machine has not is replaced by the nearest, said aloud; strictly, it is refused', async () => {
  const box = sandbox();
  write(box, ['python=3.4', 'six=1.16']);
  const refused = await box.prl(['run', 'job.yml', '--strict-environment'], { env });
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain(`The environment asks for python=3.4 (${box.path('conda.yml')}:3); this machine has Python`);
  const run = await box.prl(['run', 'job.yml'], { env });
  expect(run.code, run.stderr).toBe(0);
  expect(run.stderr).toContain('the nearest on this machine is taken: Python 3.');
});

test('each step has its own: a command and a script of one pipeline see different versions', async () => {
  const box = sandbox();
  write(box, ['six=1.16']);
  box.write('other.yml', 'dependencies:\n  - six=1.15\n');
  box.write(
    'pipeline.yml',
    `type: pipeline
jobs:
  old:
    type: command
    command: python -c 'import six; print(six.__version__)' > \${{outputs.said}}/old.txt
    environment: {image: x, conda_file: other.yml}
    outputs: {said: {type: uri_folder, path: ./said-old}}
  new:
    type: command
    command: python -c 'import six; print(six.__version__)' > \${{outputs.said}}/new.txt
    environment: {image: x, conda_file: conda.yml}
    outputs: {said: {type: uri_folder, path: ./said-new}}
`,
  );
  const run = await box.prl(['run', 'pipeline.yml'], { env });
  expect(run.code, run.stderr).toBe(0);
  expect(readFileSync(box.path('said-old/old.txt'), 'utf8')).toBe('1.15.0\n');
  expect(readFileSync(box.path('said-new/new.txt'), 'utf8')).toBe('1.16.0\n');
});

test('what a command installs stays with its step', async () => {
  const box = sandbox();
  write(box, ['six=1.16']);
  const version = `python -c 'import six; print(six.__version__)'`;
  box.write(
    'pipeline.yml',
    `type: pipeline
settings: {continue_on_step_failure: true}
jobs:
  changes:
    type: command
    command: ${version}; pip install -q six==1.15.0 && ${version} && cp -r ./ \${{outputs.said}}
    environment: {image: x, conda_file: conda.yml}
    outputs: {said: {type: uri_folder}}
  after:
    type: command
    command: ls \${{inputs.said}} > /dev/null; ${version}
    environment: {image: x, conda_file: conda.yml}
    inputs: {said: "\${{parent.jobs.changes.outputs.said}}"}
  missing:
    type: command
    command: python -c 'import yaml_that_is_not_there'
    environment: {image: x, conda_file: conda.yml}
`,
  );
  const run = await box.prl(['run', 'pipeline.yml', '--name', 'p'], { env });
  const log = (step: string) => readFileSync(box.path('home/jobs/p/steps', step, 'logs/user/std_log.txt'), 'utf8');
  expect(log('changes'), run.stderr).toContain('1.16.0\n');
  expect(log('changes')).toContain('1.15.0\n');
  expect(log('after')).toContain('1.16.0\n');
  expect(run.stderr).toContain(`${box.path('conda.yml')} does not ask for the package that brings yaml_that_is_not_there`);
});

test('where no version is named, those of a day can be taken; they are kept beside the newest', async () => {
  const box = sandbox();
  write(box, ['six']);
  const old = await box.prl(['run', 'job.yml', '--packages-as-of', '2016-01-01'], { env });
  expect(old.code, old.stderr).toBe(0);
  expect(old.stderr).toContain('as they were on 2016-01-01');
  expect(readFileSync(box.path('rows.txt'), 'utf8')).toMatch(/^1\.10\.0 /);
  const now = await box.prl(['run', 'job.yml'], { env });
  expect(now.code, now.stderr).toBe(0);
  expect(now.stderr).toContain('1 without a version: the newest');
  expect(readFileSync(box.path('rows.txt'), 'utf8')).toMatch(/^1\.1[6-9]\./);
  expect(made(box)).toHaveLength(2);
  expect((await box.prl(['run', 'job.yml', '--packages-as-of', '2016-02-30'], { env })).stderr).toContain('Expected a day: 2023-06-30.');
});
