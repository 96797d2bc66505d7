/** Rows with columns: one header, one order, and a clear end for a mini-batch that has others. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { queryRows, sqlPath } from '../../../src/data/duckdb.ts';
import { parallelJob } from '../../support/parallel-job.ts';
import { type Sandbox, sandbox } from '../../support/prl.ts';
import { pandasPython } from '../../support/pythons.ts';

/** Two workers that are both in `run` before either returns its first rows; `first` is true in one of them. */
function job(box: Sandbox, row: string, output: string): string {
  const script = `import { closeSync, existsSync, openSync } from 'node:fs';
const flag = (name: string) => process.env.FLAGS + '/' + name;
let first = true;
export function init() {
  try { closeSync(openSync(flag('first'), 'wx')); } catch { first = false; }
}
export function run(batch: string[], { minibatchIndex: index }) {
  closeSync(openSync(flag(first ? 'one runs' : 'other runs'), 'w'));
  while (!existsSync(flag('one runs')) || !existsSync(flag('other runs')));
  return [${row}];
}`;
  box.write('flags/none', '');
  return parallelJob(box, { script, entryScript: 'score.ts', files: 4, output });
}

it('has one header above the rows of all workers, whose keys are in any order', async () => {
  const box = sandbox();
  const file = job(box, "first ? { index, note: 'a;b' } : { note: 'a;b', index }", 'rows.csv');
  box.write('code/parallel_run_step.settings.json', '{"append_row": {"pandas.DataFrame.to_csv": {"sep": ";"}}}');
  const { code } = await box.prl(['run', file], { env: { FLAGS: box.path('flags') } });
  expect(code).toBe(0);
  const [header, ...lines] = readFileSync(box.path('rows.csv'), 'utf8').trimEnd().split('\n');
  const row = header === 'index;note' ? (n: number) => `${n};"a;b"` : (n: number) => `"a;b";${n}`;
  expect(lines).toEqual([0, 1, 2, 3].map(row));
});

it('makes one Parquet file of what all workers return, with the types of all', async () => {
  const box = sandbox();
  const row = "first ? { index, score: 1, tags: ['a'] } : { score: 2.5, index, tags: [index === 0 ? null : 'b\"'], }";
  const { code, stderr } = await box.prl(['run', job(box, row, 'rows.parquet')], { env: { FLAGS: box.path('flags') } });
  expect(code, stderr).toBe(0);
  const file = sqlPath(box.path('rows.parquet'));
  expect((await queryRows(`DESCRIBE SELECT index, score, tags FROM ${file}`)).map((column) => column.column_type)).toEqual([
    'BIGINT',
    'DOUBLE',
    'VARCHAR[]',
  ]);
  expect((await queryRows(`SELECT index::INT AS index FROM ${file}`)).map(({ index }) => index)).toEqual([0, 1, 2, 3]);
});

it('a mini-batch with another type or another column fails alone, and resuming with mended code completes the file', async () => {
  const box = sandbox();
  const script = (third: string) => `export async function run(batch, { minibatchIndex: index }) {
  return index === 2 ? [${third}] : [{ index, at: new Date(0), big: 2n ** 60n, bytes: new Uint8Array([0, 255]), none: index === 3 ? '' : null }];
}`;
  const settings = ['mini_batch_error_threshold: 0', 'max_concurrency_per_instance: 1', 'retry_settings: { max_retries: 0 }'];
  const file = parallelJob(box, {
    script: script('{ index }, { index, extra: 1 }'),
    entryScript: 'score.ts',
    files: 4,
    output: 'rows.parquet',
    settings,
  });
  const failed = await box.prl(['run', file, '--name', 'mended']);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain(
    "the key extra, but the output's columns are index, at, big, bytes, none. Give every object the same keys.",
  );
  expect(existsSync(box.path('rows.parquet'))).toBe(false);
  box.write('code/score.ts', script("{ index: 'two' }"));
  const again = await box.prl(['job', 'resume', '--name', 'mended', '--code', '--stream']);
  expect(again.stderr).toContain('the column index has text here, and numbers in the output. A column of a Parquet file has one type');
  box.write('code/score.ts', script('{ none: "N", index }'));
  const { code, stderr } = await box.prl(['job', 'resume', '--name', 'mended', '--code', '--stream']);
  expect(code, stderr).toBe(0);
  const rows = await queryRows(
    `SELECT index::INT AS i, epoch_ms("at")::INT AS "at", big = 2**60 AS big, hex(bytes) AS bytes, none FROM ${sqlPath(box.path('rows.parquet'))}`,
  );
  const row = { at: 0, big: true, bytes: '00FF', none: null };
  expect(rows).toEqual([
    { i: 0, ...row },
    { i: 1, ...row },
    { i: 2, at: null, big: null, bytes: null, none: 'N' },
    { i: 3, ...row, none: '' },
  ]);
});

it('rows that come before the first with names do not keep the header out, and an empty Parquet file can be read', async () => {
  const box = sandbox();
  const script = "export const run = (batch, { minibatchIndex: i }) => i < 2 ? [] : [{ i, text: 'x, y' }];";
  const settings = ['max_concurrency_per_instance: 1'];
  const { code, stderr } = await box.prl([
    'run',
    parallelJob(box, { script, entryScript: 's.ts', files: 4, output: 'rows.tsv', settings }),
  ]);
  expect(code, stderr).toBe(0);
  expect(readFileSync(box.path('rows.tsv'), 'utf8')).toBe('i\ttext\n2\tx, y\n3\tx, y\n');
});

it.skipIf(pandasPython === undefined)('an input without items makes a Parquet file without rows, which pyarrow reads', async () => {
  const box = sandbox();
  const script = `import pyarrow.parquet, sys
def run(batch, context): return [{"rows": pyarrow.parquet.read_table(batch[0]).num_rows}]
`;
  mkdirSync(box.path('none'));
  const empty = parallelJob(box, {
    script: 'export const run = (b) => b',
    entryScript: 's.ts',
    output: 'in/made.parquet',
    data: './none',
  });
  box.write('empty.yml', readFileSync(empty));
  const first = await box.prl(['run', box.path('empty.yml')]);
  expect(first.code, first.stderr).toBe(0);
  const reads = parallelJob(box, { script, files: 0, output: 'out.jsonl' });
  const { code, stderr } = await box.prl(['run', reads], { env: { PARALLELRUN_PYTHON: pandasPython } });
  expect(code, stderr).toBe(0);
  expect(readFileSync(box.path('out.jsonl'), 'utf8')).toBe('{"rows":0}\n');
});
