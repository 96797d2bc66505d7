import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sandbox } from '../../support/prl.ts';

const script =
  "import os\ndef run(mini_batch):\n    return [','.join(sorted(name for name in os.listdir('.') if name != '__pycache__'))]\n";
const job = `type: parallel
inputs: { data: { type: uri_folder, path: ./texts } }
outputs: { rows: { type: uri_file, path: ./results/rows.txt } }
input_data: $\{{inputs.data}}
mini_batch_size: "100000"
task: { type: run_function, code: ., entry_script: score.py, append_row_to: "$\{{outputs.rows}}" }
`;

it('a script beside its data runs without a copy of the data', async () => {
  const box = sandbox();
  box.write('score.py', script);
  box.write('job.yml', job);
  box.write('notes.txt', 'kept');
  mkdirSync(box.path('texts'));
  for (let index = 0; index < 2_100; index += 1) writeFileSync(box.path('texts', String(index)), '');
  const first = await box.prl(['run', 'job.yml', '--name', 'j']);
  expect(first).toMatchObject({ code: 0, stderr: expect.not.stringContaining('.amlignore') });
  expect(readFileSync(box.path('results/rows.txt'), 'utf8')).toBe('job.yml,notes.txt,outputs,score.py\n');
  const copied = readdirSync(box.path('home/jobs/j/steps/main/code')).filter((name) => name !== '__pycache__');
  expect(copied.sort()).toEqual(['job.yml', 'notes.txt', 'outputs', 'score.py']);
});

it('a code folder with more than code in it is warned of', async () => {
  const box = sandbox();
  box.write('score.py', script);
  box.write('job.yml', job);
  box.write('texts/1', '');
  mkdirSync(box.path('more'));
  for (let index = 0; index < 2_100; index += 1) writeFileSync(box.path('more', String(index)), '');
  const line = `${box.path('.amlignore')}: /more/`;
  const validated = await box.prl(['job', 'validate', '--file', 'job.yml', '--output', 'json']);
  expect(JSON.parse(validated.stdout)).toMatchObject({
    valid: true,
    warnings: [{ path: 'task.code', line: 6, message: expect.stringContaining(line) }],
  });
  expect((await box.prl(['job', 'plan', '--file', 'job.yml'])).stderr).toContain(line);
  const run = await box.prl(['run', 'job.yml', '--name', 'j']);
  expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining(line) });
  expect(readFileSync(box.path('results/rows.txt'), 'utf8')).toContain('more');
});
