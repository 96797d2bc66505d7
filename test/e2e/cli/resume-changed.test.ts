import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parallelJob, showJob } from '../../support/parallel-job.ts';
import { sandbox } from '../../support/prl.ts';

const once = ['max_concurrency_per_instance: 1', 'mini_batch_error_threshold: 0'];
const indexed = (body: string) =>
  `import os, time\ndef run(mini_batch, context):\n    i = context.minibatch_index\n    ${body}\n    return [f'first {i}']\n`;

it('a job goes on with settings on which no result depends: they are kept, told and shown; others are refused', async () => {
  const box = sandbox();
  const script = indexed('time.sleep(2 if i == 2 else 0)');
  const settings = [...once, 'retry_settings: { max_retries: 0, timeout: 1 }'];
  const failed = await box.prl(['run', parallelJob(box, { files: 4, script, settings }), '--name', 'j']);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain('resume: prl job resume --name j --set retry_settings.timeout=2 ');
  const refused = await box.prl(['job', 'resume', 'j', '--set', 'retry_settings.timeout=60', 'mini_batch_size=5']);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('a resume does not change mini_batch_size') });
  const resumed = await box.prl(['job', 'resume', 'j', '--stream', '--set', 'retry_settings.timeout=60', 'error_threshold=3']);
  expect(resumed).toMatchObject({ code: 0, stderr: expect.stringContaining('From here on retry_settings.timeout is 60 (it was 1).') });
  expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe('first 0\nfirst 1\nfirst 2\nfirst 3\n');
  const { job, main } = await showJob(box, 'j');
  expect(job).toMatchObject({
    changed: [
      { path: 'retry_settings.timeout', from: 1, to: 60 },
      { path: 'error_threshold', from: -1, to: 3 },
    ],
  });
  expect(main.mini_batches).toMatchObject({ done: 4, failed: 0 });
});

it('from scratch all of it runs again, under the same name and to the same places, with the edited code where that is asked for', async () => {
  const box = sandbox();
  const script = indexed("if i == 2: raise ValueError('no')");
  const settings = [...once, 'retry_settings: { max_retries: 0 }'];
  expect((await box.prl(['run', parallelJob(box, { files: 4, script, settings }), '--name', 'j'])).code).toBe(1);
  box.write('code/score.py', indexed('pass').replace('first', 'second'));
  const state = box.path('home/jobs/j/steps/main/state/ledger.bin');
  // A request that cannot be carried out takes nothing back.
  expect((await box.prl(['job', 'resume', 'j', '--from-scratch', '--set', 'inputs.data.path=elsewhere'])).code).toBe(2);
  expect(existsSync(state)).toBe(true);
  const again = await box.prl(['job', 'resume', 'j', '--from-scratch', '--code', '--stream']);
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('From scratch: all steps run again') });
  expect(again.stderr).not.toContain('is not run again');
  expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe('second 0\nsecond 1\nsecond 2\nsecond 3\n');
  expect((await showJob(box, 'j')).main.mini_batches).toEqual({ total: 4, done: 4, failed: 0, retries: 0 });
  const done = await box.prl(['job', 'resume', 'j', '--from-scratch']);
  expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining('has completed') });
});

it('from scratch is refused where another job has taken what a step of it had made', async () => {
  const box = sandbox();
  const job = `type: pipeline
jobs:
  make: {type: command, command: 'echo x > \${{outputs.x}}/x', outputs: {x: {type: uri_folder}}}
  fail: {type: command, command: 'ls \${{inputs.x}} && exit 3', inputs: {x: '\${{parent.jobs.make.outputs.x}}'}}
`;
  const file = box.write('pipeline.yml', job);
  expect((await box.prl(['run', file, '--name', 'a'])).code).toBe(1);
  expect((await box.prl(['run', file, '--name', 'b'])).stderr).toContain('reused from a.make');
  const refused = await box.prl(['job', 'resume', 'a', '--from-scratch']);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('b.make reuses it') });
  expect((await box.prl(['job', 'show', 'a', '--query', 'steps.make.status', '-o', 'tsv'])).stdout).toBe('Completed\n');
});
