import { expect, it } from 'vitest';
import { parallelJob } from '../../support/parallel-job.ts';
import { sandbox } from '../../support/prl.ts';

it('the items that are missing are listed, as files and as pieces of a table', async () => {
  const box = sandbox();
  const files = parallelJob(box, {
    files: 6,
    entryScript: 'score.ts',
    script: `export function run(batch: string[]) {
  if (batch.some((path) => path.endsWith('003.txt'))) throw new TypeError('not this one');
  return batch;
}`,
    settings: ['mini_batch_size: "2"', 'retry_settings: { max_retries: 1 }'],
  });
  const ran = await box.prl(['run', files, '--name', 'files']);
  expect(ran.code).toBe(0);
  expect(ran.stderr).toContain('missing: 2 items of 1 mini-batch failed for good; which items: prl job failed --name files');
  const listed = await box.prl(['job', 'failed', '--name', 'files', '--output', 'json']);
  expect(JSON.parse(listed.stdout)).toEqual(
    ['002.txt', '003.txt'].map((name) => ({
      step: 'main',
      mini_batch: 1,
      item: box.path('in', name),
      error: { type: 'TypeError', message: 'not this one' },
    })),
  );
  const table = await box.prl(['job', 'failed', 'files', '--output', 'table', '--step', 'main']);
  expect(table).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('TypeError: not this one'),
    stderr: '2 items of 1 mini-batch of job files.\n',
  });
  expect(await box.prl(['job', 'failed', 'files', '--step', 'score'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Job files has no parallel step score. It has main.'),
  });

  const rows = Array.from({ length: 40 }, (_, index) => `${index},text ${index}\n`);
  box.write('table.csv', `a,b\n${rows.join('')}`);
  box.write(
    'code/table.ts',
    "export function run(rows: Iterable<{ a: number }>) {\n  for (const { a } of rows) if (a === 25) throw new Error('25');\n  return [1];\n}\n",
  );
  box.write(
    'table.yml',
    `type: parallel
inputs: { data: { type: uri_file, path: ./table.csv } }
outputs: { rows: { type: uri_file } }
input_data: $\{{inputs.data}}
mini_batch_size: "100"
retry_settings: { max_retries: 0 }
task: { type: run_function, code: ./code, entry_script: table.ts, append_row_to: "$\{{outputs.rows}}" }
`,
  );
  expect((await box.prl(['run', 'table.yml', '--name', 'table'])).code).toBe(0);
  const [piece, ...others] = JSON.parse((await box.prl(['job', 'failed', 'table', '--output', 'json'])).stdout);
  expect(others).toEqual([]);
  expect(piece).toMatchObject({ item: { file: box.path('table.csv'), unit: 'bytes' }, error: { type: 'Error', message: '25' } });
  const text = Buffer.from(`a,b\n${rows.join('')}`)
    .subarray(piece.item.start, piece.item.end)
    .toString();
  expect(`\n${text}`).toContain('\n25,text 25\n');

  box.write('code/score.ts', 'export const run = (batch: string[]) => batch;\n');
  const none = await box.prl(['run', files, '--name', 'whole']);
  expect(none.stderr).not.toContain('missing:');
  expect(await box.prl(['job', 'failed', 'whole', '--output', 'json'])).toMatchObject({ code: 0, stdout: '[]\n' });
});
