import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parallelJob, showJob } from '../../support/parallel-job.ts';
import { sandbox } from '../../support/prl.ts';

const first = `import os
def run(mini_batch, context):
    if context.minibatch_index == 3: raise ValueError('cannot do the third')
    os.makedirs('outputs', exist_ok=True)
    open('outputs/' + str(context.minibatch_index), 'w').close()
    return ['first ' + str(context.minibatch_index)]
`;
const second = first.replace("raise ValueError('cannot do the third')", 'pass').replace("'first '", "'second '");

it('a job goes on with mended code: what is done stays, and who ran what is kept', async () => {
  const box = sandbox();
  const job = parallelJob(box, {
    files: 5,
    script: first,
    settings: ['max_concurrency_per_instance: 1', 'mini_batch_error_threshold: 0', 'retry_settings: { max_retries: 0 }'],
  });
  const failed = await box.prl(['run', job, '--name', 'j']);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain('prl job resume --name j --code');
  box.write('code/score.py', second);
  // The old code fails again, and says what would help.
  const again = await box.prl(['job', 'resume', '--name', 'j', '--stream']);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain('The code has changed since the job was created (score.py)');
  const mended = await box.prl(['job', 'resume', '--name', 'j', '--code', '--stream']);
  expect(mended.code).toBe(0);
  expect(mended.stderr).toContain('From here on the edited code runs (score.py)');
  const rows = readFileSync(box.path('rows.txt'), 'utf8').trim().split('\n');
  expect(rows.slice(0, 4)).toEqual(['first 0', 'first 1', 'first 2', 'second 3']);
  expect((await showJob(box, 'j')).main.mini_batches).toMatchObject({ total: 5, done: 5, failed: 0 });
  const step = box.path('home/jobs/j/steps/main');
  expect(readFileSync(`${step}/logs/code_versions.txt`, 'utf8')).toMatch(
    /^code [0-9a-f]{12}: mini-batches 0–2\b.*\ncode [0-9a-f]{12}: mini-batches 3\b/,
  );
  expect(mended.stderr).toMatch(/code: \d mini-batch(es)? under [0-9a-f]{12}, \d under [0-9a-f]{12}/);
  // What the script wrote beside it is still there.
  expect(readdirSync(`${step}/code/outputs`).sort()).toEqual(['0', '1', '2', '3', '4']);
});

it('code that is not there, does not load or has not changed is told, and nothing is lost', async () => {
  const box = sandbox();
  const job = parallelJob(box, { files: 5, script: first, settings: ['max_concurrency_per_instance: 1', 'mini_batch_error_threshold: 0'] });
  expect((await box.prl(['run', job, '--name', 'j'])).code).toBe(1);
  rmSync(box.path('code'), { recursive: true });
  const gone = await box.prl(['job', 'resume', '--name', 'j', '--code', '--stream']);
  expect(gone).toMatchObject({ code: 2, stderr: expect.stringContaining(`The code ${box.path('code')} is not there`) });
  box.write('code/score.py', 'def run(mini_batch:\n');
  const broken = await box.prl(['job', 'resume', '--name', 'j', '--code', '--stream']);
  expect(broken).toMatchObject({ code: 1, stderr: expect.stringContaining('SyntaxError') });
  box.write('code/score.py', second);
  expect((await box.prl(['job', 'resume', '--name', 'j', '--code', '--stream'])).code).toBe(0);
  expect(readFileSync(box.path('rows.txt'), 'utf8')).toMatch(/^first 0\nfirst 1\nfirst 2\nsecond 3\n/);
});
