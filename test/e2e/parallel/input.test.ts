import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parallelJob } from '../../support/parallel-job.ts';
import { sandbox } from '../../support/prl.ts';

const script = 'export function run(miniBatch) {\n  return [...miniBatch].map((item) => JSON.stringify(item));\n}\n';

describe('an input', () => {
  it('without anything in it completes with an empty output, and says so', async () => {
    const box = sandbox();
    const job = parallelJob(box, { script, entryScript: 'score.mjs' });
    box.write('nothing.csv', 'a,b\n');
    const { code, stderr } = await box.prl(['run', job, '--set', 'inputs.data.path=./nothing.csv', '--set', 'inputs.data.type=uri_file']);
    expect(code).toBe(0);
    expect(stderr).toContain('Nothing is in the input data: there are 0 mini-batches, and the output is an empty file.');
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe('');
  });

  it('with a broken row ends a job that allows none, and the error is told where the job ends exactly once', async () => {
    const box = sandbox();
    box.write('broken.csv', 'a,b\n1,2\n3,4,5\n');
    const settings = ['mini_batch_size: 1kb', 'mini_batch_error_threshold: 0', 'retry_settings: { max_retries: 0, timeout: 60 }'];
    const job = parallelJob(box, { script, entryScript: 'score.mjs', settings });
    const { code, stderr } = await box.prl(['run', job, '--set', 'inputs.data.path=./broken.csv', '--set', 'inputs.data.type=uri_file']);
    expect(code).toBe(1);
    const end = stderr.slice(stderr.indexOf('Failed in'));
    expect(end.split('broken.csv:3: the row has 3 cells where 2 are expected').length - 1).toBe(1);
  });
});

it('a folder of compressed files is one table, cut by rows', async () => {
  const box = sandbox();
  const text = (part: number) => Array.from({ length: 5 }, (_, n) => `${part * 5 + n},"two\nlines"\n`).join('');
  for (const part of [0, 1]) box.write(`parts/${part}.csv.gz`, gzipSync(`n,text\n${text(part)}`));
  const script = 'export const run = (table) => table.toArray().map(({ n, text }) => ({ n, text, rows: table.length }));\n';
  const settings = ['mini_batch_size: 3 rows'];
  const job = parallelJob(box, { script, entryScript: 'score.mjs', files: 0, data: './parts, read: table', output: 'rows.csv', settings });
  const { code, stderr } = await box.prl(['run', job]);
  expect(code, stderr).toBe(0);
  const rows = [3, 3, 3, 2, 2, 3, 3, 3, 2, 2].map((count, n) => `${n},"two\nlines",${count}\n`);
  expect(readFileSync(box.path('rows.csv'), 'utf8')).toBe(`n,text,rows\n${rows.join('')}`);
});

it.each(['score.cjs', 'score.cts'])('%s is an entry script', async (entryScript) => {
  const box = sandbox();
  const words = entryScript.endsWith('cts') ? '(batch: string[]): string[]' : '(batch)';
  const job = parallelJob(box, { files: 2, entryScript, script: `exports.run = ${words} => batch.map((file) => file.slice(-7));\n` });
  expect((await box.prl(['run', job])).code).toBe(0);
  expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe('000.txt\n001.txt\n');
});
