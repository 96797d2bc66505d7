import { existsSync, readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Sandbox, sandbox } from '../../support/prl.ts';

const pipeline = `type: pipeline
jobs:
  score:
    type: parallel
    inputs: { data: { type: uri_folder, path: ./in } }
    outputs: { rows: { type: uri_folder } }
    input_data: $\{{inputs.data}}
    mini_batch_size: "2"
    retry_settings: { max_retries: 0 }
    task: { type: run_function, code: ./code, entry_script: score.ts, append_row_to: "$\{{outputs.rows}}" }
  again:
    type: parallel
    inputs: { rows: "$\{{parent.jobs.score.outputs.rows}}" }
    outputs: { names: { type: uri_file, path: ./names.txt } }
    input_data: $\{{inputs.rows}}
    task: { type: run_function, code: ./code, entry_script: names.ts, append_row_to: "$\{{outputs.names}}" }
  aside:
    type: command
    command: date +%s%N > $\{{outputs.when}}
    outputs: { when: { type: uri_file, path: ./when.txt } }
  count:
    type: command
    command: wc -l < $\{{inputs.names}} > $\{{outputs.count}}
    inputs: { names: { type: uri_file, path: "$\{{parent.jobs.again.outputs.names}}" } }
    outputs: { count: { type: uri_file, path: ./count.txt } }
`;

const score = (bad: string) => `export function run(files: string[]) {
  if (files.some((file) => /${bad}/.test(file))) throw new Error('bad file');
  return files.map((file) => file.slice(-5));
}
`;

test('what failed is tried again in its place, and what is made of it is made again', async () => {
  const box = sandbox();
  for (let index = 0; index < 6; index += 1) box.write(`in/${index}.txt`, '');
  box.write('code/score.ts', score('[35].txt'));
  // One line for each line of each file that it finds.
  box.write(
    'code/names.ts',
    `import { readFileSync } from 'node:fs';
export const run = (files: string[]) => files.flatMap((file) => readFileSync(file, 'utf8').trimEnd().split('\\n').map((line) => \`\${file.split('/').at(-1)} \${line}\`));
`,
  );
  box.write('pipeline.yml', pipeline);
  const first = await box.prl(['run', '--name', 'job']);
  expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('missing: 4 items of 2 mini-batches failed for good') });
  expect(namesOf(box)).toEqual(['0.txt', '1.txt']);
  expect(readFileSync(box.path('count.txt'), 'utf8').trim()).toBe('2');
  const when = readFileSync(box.path('when.txt'), 'utf8');
  // Where the next step takes every file of the folder for data, the list is not among them.
  const list = box.path('home/jobs/job/steps/score/failed_items.jsonl');
  expect(readFileSync(list, 'utf8').trimEnd().split('\n')).toHaveLength(4);

  expect(await box.prl(['job', 'resume', 'job'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('prl job retry-failed --name job'),
  });
  box.write('in/6.txt', '');
  expect(await box.prl(['job', 'retry-failed', 'job'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('The input of the step score has changed since it ran'),
  });
  expect(JSON.parse((await box.prl(['job', 'show', 'job', '--output', 'json'])).stdout).status).toBe('Completed');

  rmSync(box.path('in/6.txt'));
  box.write('code/score.ts', score('5.txt'));
  const retried = await box.prl(['job', 'retry-failed', 'job', '--code', '--stream']);
  expect(retried).toMatchObject({ code: 0, stderr: expect.stringContaining('score: 4 items of 2 mini-batches are tried again.') });
  expect(retried.stderr).toContain('Run again, because their input changes: again, count.');
  expect(retried.stderr).toContain('missing: 2 items of 1 mini-batch failed for good');
  expect(namesOf(box)).toEqual(['0.txt', '1.txt', '2.txt', '3.txt']);
  expect(readFileSync(box.path('count.txt'), 'utf8').trim()).toBe('4');
  expect(readFileSync(box.path('when.txt'), 'utf8')).toBe(when);

  box.write('code/score.ts', score('none'));
  expect((await box.prl(['job', 'retry-failed', 'job', '--code', '--stream'])).code).toBe(0);
  expect(namesOf(box)).toEqual(['0.txt', '1.txt', '2.txt', '3.txt', '4.txt', '5.txt']);
  expect(existsSync(list)).toBe(false);
  expect(await box.prl(['job', 'retry-failed', 'job'])).toMatchObject({
    code: 0,
    stderr: 'Nothing of job job has failed for good: there is nothing to try again.\n',
  });
});

function namesOf(box: Sandbox): readonly string[] {
  return readFileSync(box.path('names.txt'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^parallel_run_step.txt /, ''));
}
