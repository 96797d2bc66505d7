import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sandbox } from '../../support/prl.ts';

const job = `type: command
command: echo hello > \${{outputs.greeting}}/hello.txt
environment: azureml:any@latest
outputs:
  greeting: {type: uri_folder}
`;

test('a flag goes before a variable, that before the file of the project, that before the own one', async () => {
  const box = sandbox();
  box.write('project/jobs/job.yml', job);
  box.write('project/parallelrun.yml', '# ours\nhome: ./runs\noutput_dir: results/${{name}}\nworkers: 3\n');
  box.write('own/parallelrun/config.yml', 'home: ~/elsewhere\ncolor: never\n');
  const options = {
    cwd: box.path('project', 'jobs'),
    env: { PARALLELRUN_HOME: undefined, XDG_CONFIG_HOME: box.path('own'), PARALLELRUN_WORKERS: '2' },
  };
  const run = await box.prl(['run', 'job.yml', '--name', 'first', '-o', 'json'], options);
  expect(run.code).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({ directory: box.path('project/runs/jobs/first') });
  expect(readFileSync(box.path('project/results/first/greeting/hello.txt'), 'utf8')).toBe('hello\n');

  const list = await box.prl(['config', 'list', '-o', 'json'], options);
  const settings = JSON.parse(list.stdout).map(({ setting, value, from }: Record<string, unknown>) => [setting, value, from]);
  const file = box.path('project/parallelrun.yml');
  expect(settings).toEqual(
    expect.arrayContaining([
      ['home', box.path('project/runs'), `${file}:2`],
      ['output_dir', box.path('project/results/${{name}}'), `${file}:3`],
      ['workers', '2', 'PARALLELRUN_WORKERS'],
      ['color', 'never', `${box.path('own/parallelrun/config.yml')}:2`],
      ['python', null, null],
    ]),
  );

  const flagged = await box.prl(['job', 'create', 'job.yml', '--name', 'second', '--stream', '--output-dir', 'here'], options);
  expect(flagged.code).toBe(0);
  expect(readFileSync(box.path('project/jobs/here/greeting/hello.txt'), 'utf8')).toBe('hello\n');
});

test('a configuration file with mistakes is refused with all of them, and no command guesses', async () => {
  const box = sandbox();
  box.write('parallelrun.yml', 'wrokers: 3\ncolor: purple\nworkers: 0\n');
  const refused = await box.prl(['job', 'list']);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  const at = (line: number, column: number) => `${box.path('parallelrun.yml')}:${line}:${column}: `;
  expect(refused.stderr).toBe(
    `${at(1, 1)}wrokers: Unknown key "wrokers". Did you mean "workers"?
${at(2, 8)}color: Expected one of auto, always, never, found "purple".
${at(3, 10)}workers: Expected an integer from 1, found 0.
`,
  );
  expect(await box.prl(['job', 'list', '--help'])).toMatchObject({ code: 0 });
  expect(await box.prl(['config', 'set', 'workers', '3'])).toMatchObject({ code: 2, stderr: refused.stderr });
});

test('config set and unset keep what else is in the file, and write nothing wrong', async () => {
  const box = sandbox();
  const env = { XDG_CONFIG_HOME: box.path('own') };
  const text = () => readFileSync(box.path('parallelrun.yml'), 'utf8');
  expect(await box.prl(['config', 'get', 'workers'], { env })).toMatchObject({ code: 1, stdout: '' });
  await box.prl(['config', 'set', 'workers=4'], { env });
  expect(text()).toBe('workers: 4\n');
  box.write('parallelrun.yml', '# why four\nworkers: 4 # cores\n');
  await box.prl(['config', 'set', 'color', 'never'], { env });
  expect(text()).toBe('# why four\nworkers: 4 # cores\ncolor: never\n');
  const wrong = await box.prl(['config', 'set', 'workers', 'many'], { env });
  expect(wrong).toMatchObject({ code: 2, stderr: 'error: workers: Expected an integer from 1, found "many".\n' });
  expect(await box.prl(['config', 'set', 'worker', '3'], { env })).toMatchObject({
    code: 2,
    stderr: 'error: No setting is called "worker". Did you mean "workers"?\n',
  });
  await box.prl(['config', 'unset', 'color'], { env });
  expect(text()).toBe('# why four\nworkers: 4 # cores\n');
  expect((await box.prl(['config', 'get', 'workers'], { env })).stdout).toBe('4\n');
  await box.prl(['config', 'set', '--user', 'workers', '2'], { env });
  expect(readFileSync(box.path('own/parallelrun/config.yml'), 'utf8')).toBe('workers: 2\n');
  const { stderr } = await box.prl(['config', 'set', 'workers', '5'], { env: { ...env, PARALLELRUN_WORKERS: '1' } });
  expect(stderr).toContain('warning: the environment variable PARALLELRUN_WORKERS goes before it: 1');
});

test('a step runs no more workers than its user allows, and an expression that outputs cannot have is refused', async () => {
  const box = sandbox();
  box.write('data/a.txt', '');
  box.write('score.ts', 'export const run = (batch: string[]) => batch.map(() => "ok");');
  box.write(
    'job.yml',
    `type: parallel
inputs: {files: {type: uri_folder, path: data}}
outputs: {rows: {type: uri_file}}
input_data: \${{inputs.files}}
max_concurrency_per_instance: 4
task: {type: run_function, code: ., entry_script: score.ts, append_row_to: "\${{outputs.rows}}"}
`,
  );
  const plan = async (env: Readonly<Record<string, string>>) => box.prl(['job', 'plan', 'job.yml', '-o', 'json'], { env });
  expect(JSON.parse((await plan({ PARALLELRUN_WORKERS: '1' })).stdout).steps.main).toMatchObject({ workers: 1 });
  expect(JSON.parse((await plan({})).stdout).steps.main).not.toMatchObject({ workers: 1 });
  expect(await plan({ PARALLELRUN_WORKERS: 'x' })).toMatchObject({
    code: 2,
    stderr: 'error: PARALLELRUN_WORKERS is "x": expected a whole number of workers from 1 on.\n',
  });
  const refused = await box.prl(['run', 'job.yml', '--output-dir', 'out/${{nam}}']);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('"out/${{nam}}", holds an expression that is not known there');
  expect((await box.prl(['run', 'job.yml', '--output-dir', 'out'])).code).toBe(0);
  expect(readFileSync(box.path('out/rows/parallel_run_step.txt'), 'utf8')).toBe('ok\n');
});
