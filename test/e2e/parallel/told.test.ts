/** What is told of an attempt that failed: the author's own files, and what the worker left behind. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parallelJob } from '../../support/parallel-job.ts';
import { type Sandbox, sandbox } from '../../support/prl.ts';

const once = ['retry_settings: { max_retries: 0, timeout: 2 }', 'max_concurrency_per_instance: 3'];

async function told(box: Sandbox, entryScript: string, script: string) {
  const { stderr } = await box.prl(['run', parallelJob(box, { entryScript, script, settings: once, files: 4 }), '--name', 'j']);
  const log = (path: string) => readFileSync(box.path(`home/jobs/j/${path}`), 'utf8');
  return { stderr, errors: log('steps/main/logs/user/error.txt'), events: log('events.jsonl') };
}

it('Python: where it hung, what it wrote before it crashed, and an exception are told with the files as they are edited', async () => {
  const box = sandbox();
  box.write('code/helper.py', 'import time\ndef wait():\n    time.sleep(600)\n');
  const { stderr, errors, events } = await told(
    box,
    'score.py',
    `import ctypes, sys
from helper import wait
def run(mini_batch, context):
    if context.minibatch_index == 0: wait()
    if context.minibatch_index == 1:
        print('just before', file=sys.stderr)
        ctypes.string_at(0)
    raise ValueError('the third')
`,
  );
  expect(errors).toContain('File "score.py", line 8, in run');
  const hung =
    'File "score.py", line 4, in run\n   |     if context.minibatch_index == 0: wait()\n   |   File "helper.py", line 3, in wait';
  expect(errors).toContain(hung);
  expect(errors).toMatch(/just before\n {3}\|.*Fatal Python error: Segmentation fault[\s\S]*File "score.py", line 7 in run/);
  expect(errors).not.toContain('parallelrun_worker');
  for (const text of [stderr, errors, events]) expect(text).not.toMatch(/steps\/main\/code/);
});

it('Node: the same, also of a run() that only waits or is in a call that does not return', async () => {
  const { stderr, errors, events } = await told(
    sandbox(),
    'score.mjs',
    `import { execSync } from 'node:child_process';
function busy() { for (;;) Math.sqrt(2); }
export async function run(miniBatch, context) {
  const at = context.minibatchIndex;
  if (at === 0) busy();
  if (at === 3) { console.error('no licence'); process.exit(3); }
  if (at === 1) await new Promise(() => { setTimeout(() => {}, 1e6); });
  if (at === 2) execSync('sleep 600');
}
`,
  );
  expect(errors).toMatch(/at busy \(score\.mjs:2:\d+\)\n {3}\| +at run \(score\.mjs:5:\d+\)\n/);
  expect(errors).toMatch(/ProcessExit: .*process\.exit\(3\).*\n {3}\| The end of its stderr .*\n {3}\| {3}no licence\n/);
  expect(errors).toContain('it awaited something that did not come (open are: Timeout)');
  expect(errors).toContain('it was in a call that does not return');
  for (const text of [stderr, errors, events]) expect(text).not.toMatch(/steps\/main\/code/);
});
