/** Rows with columns: one header, or a clear end. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parallelJob } from '../../support/parallel-job.ts';
import { type Sandbox, sandbox } from '../../support/prl.ts';

/** Two workers that are both in `run` before either returns its first rows; `first` is true in one of them. */
function job(box: Sandbox, row: string): string {
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
  box.write('code/parallel_run_step.settings.json', '{"append_row": {"pandas.DataFrame.to_csv": {"sep": ";", "header": true}}}');
  return parallelJob(box, { script, entryScript: 'score.ts', files: 4 });
}

it('has one header above the rows of all workers', async () => {
  const box = sandbox();
  const { code } = await box.prl(['run', job(box, "{ index, note: 'a;b' }")], { env: { FLAGS: box.path('flags') } });
  expect(code).toBe(0);
  expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe('index;note\n0;"a;b"\n1;"a;b"\n2;"a;b"\n3;"a;b"\n');
});

it('fails where two workers return different columns', async () => {
  const box = sandbox();
  const { code, stderr } = await box.prl(['run', job(box, 'first ? { index, a: 1 } : { a: 1, index }')], {
    env: { FLAGS: box.path('flags') },
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/different columns: one worker's are (index;a|a;index), another's (a;index|index;a)\. Return the same columns/);
  expect(existsSync(box.path('rows.txt'))).toBe(false);
});
