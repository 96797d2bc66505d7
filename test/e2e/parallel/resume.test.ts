import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parallelJob, showJob } from '../../support/parallel-job.ts';
import { sandbox } from '../../support/prl.ts';
import { gone, processesWith } from '../../support/processes.ts';

const files = 300;
/** Slow enough to be interrupted, and each run of a mini-batch leaves a trace. */
const script = [
  'import os, time',
  'def run(mini_batch, context):',
  "    with open(os.environ['TRACE'], 'a') as trace: trace.write(f'{context.minibatch_index}\\n')",
  '    time.sleep(0.02)',
  "    return [open(path).read().strip() + ' of ' + os.path.basename(path) for path in mini_batch]",
  '',
].join('\n');
const expected = Array.from({ length: files }, (_, i) => `${i} of ${String(i).padStart(3, '0')}.txt\n`).join('');

/** Waits until the script has begun `count` mini-batches, as it tells itself. */
async function begun(trace: string, count: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!existsSync(trace) || readFileSync(trace, 'utf8').split('\n').length <= count) {
    if (Date.now() > deadline) throw new Error('the job did not get so far');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Kills the job's coordinator and waits until what it had started has ended, which nobody else sees to. */
async function killed(coordinator: number, trace: string): Promise<void> {
  const started = processesWith(trace).filter((pid) => pid !== coordinator);
  expect(started.map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).join('\n')).toContain('worker.py');
  process.kill(coordinator, 'SIGKILL');
  for (const pid of started) await gone(pid);
}

describe('a job that is killed', () => {
  it('leaves no process behind, and resumes to the output of an undisturbed run, whenever and whatever dies', async () => {
    const box = sandbox();
    const trace = box.path('trace');
    const env = { TRACE: trace };
    const job = parallelJob(box, { files, script });
    const first = box.start(['run', job, '--name', 'j'], { env });
    await begun(trace, 20);
    await killed(first.pid, trace);
    await first.result;
    expect((await showJob(box, 'j')).job.status).toBe('NotResponding');
    for (const count of [60, 100]) {
      const next = box.start(['job', 'resume', '--name', 'j', '--stream'], { env });
      await begun(trace, count);
      const { pid } = JSON.parse(readFileSync(box.path('home/jobs/j/coordinator.json'), 'utf8')) as { pid: number };
      await killed(pid, trace);
      await next.result;
    }
    expect(existsSync(box.path('rows.txt'))).toBe(false);
    const last = await box.prl(['job', 'resume', '--name', 'j', '--stream'], { env });
    expect(last.code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(expected);
    expect((await showJob(box, 'j')).main.mini_batches).toMatchObject({ total: files, done: files, failed: 0 });
    // Only what was under way when the killing happened ran twice.
    expect(readFileSync(trace, 'utf8').trim().split('\n').length).toBeLessThan(files + 60);
    expect(processesWith(trace)).toEqual([]);
  });

  it('loses only its worker when a worker is killed', async () => {
    const box = sandbox();
    const trace = box.path('trace');
    const run = box.start(['run', parallelJob(box, { files, script }), '--name', 'j'], { env: { TRACE: trace } });
    await begun(trace, 20);
    const pids = processesWith(trace).filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worker.py'));
    expect(pids).toHaveLength(2);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    const { code } = await run.result;
    expect(code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(expected);
    expect((await showJob(box, 'j')).main.mini_batches).toMatchObject({ total: files, done: files, failed: 0, retries: pids.length });
  });

  it('stops cleanly at the first Ctrl-C, says how to resume, and does so', async () => {
    const box = sandbox();
    const trace = box.path('trace');
    const env = { TRACE: trace };
    const run = box.start(['run', parallelJob(box, { files, script }), '--name', 'j'], { env });
    await begun(trace, 20);
    run.child.kill('SIGINT');
    const stopped = await run.result;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain('prl job resume --name j');
    const begunSoFar = readFileSync(trace, 'utf8').trim().split('\n').length;
    const resumed = await box.prl(['job', 'resume', '--name', 'j', '--stream'], { env });
    expect(resumed.code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(expected);
    // Running attempts had been let finish: nothing ran twice.
    expect(readFileSync(trace, 'utf8').trim().split('\n').length).toBe(files);
    expect(begunSoFar).toBeLessThan(files);
  });

  it('has nothing to resume once it is finished', async () => {
    const box = sandbox();
    const env = { TRACE: box.path('trace') };
    expect((await box.prl(['run', parallelJob(box, { files: 5, script }), '--name', 'j'], { env })).code).toBe(0);
    const again = await box.prl(['job', 'resume', '--name', 'j', '--stream'], { env });
    expect(again).toMatchObject({ code: 0, stderr: 'Job j has completed: there is nothing to resume.\n' });
    expect(readFileSync(box.path('trace'), 'utf8').trim().split('\n').length).toBe(5);
  });

  it('tries again what had failed, once its cause is mended', async () => {
    const box = sandbox();
    const cause = box.write('cause', '');
    const script = `import os\ndef run(mini_batch, context):\n    i = context.minibatch_index\n    if i == 7 and os.path.exists(os.environ['CAUSE']): raise ValueError('not yet')\n    return [i]\n`;
    const job = parallelJob(box, { script, settings: ['mini_batch_error_threshold: 0', 'retry_settings: { max_retries: 1 }'] });
    const env = { CAUSE: cause };
    expect((await box.prl(['run', job, '--name', 'j'], { env })).code).toBe(1);
    expect((await box.prl(['job', 'resume', '--name', 'j', '--stream'], { env })).code).toBe(1);
    rmSync(cause);
    const mended = await box.prl(['job', 'resume', '--name', 'j', '--stream'], { env });
    expect(mended.code).toBe(0);
    // The end tells of all lives: two attempts failed in each of two.
    expect(mended.stderr).toMatch(/4 × ValueError: not yet \(score\.py:4\) {2}first in mini-batch 7 \(007\.txt\)/);
    expect(mended.stderr).toMatch(/Job j {2}Completed in .* s, .* s in all its lives/);
    const { directory } = (await showJob(box, 'j')).main;
    expect(readFileSync(`${directory}/logs/job_result.txt`, 'utf8')).not.toMatch(/: mini-batch \d+$/m);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe('0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n');
  });

  it('does so, too, after it was canceled in the middle', async () => {
    const box = sandbox();
    const script = `import { existsSync } from 'node:fs';
export async function run([file]: string[]) {
  const isMended = existsSync('${box.path('mended')}');
  if (file?.endsWith('003.txt') && !isMended) throw new Error('not yet');
  if (file?.endsWith('005.txt') && !isMended) await new Promise((resolve) => setTimeout(resolve, 60_000));
  return [file?.slice(-7)];
}
`;
    const settings = ['max_concurrency_per_instance: 1', 'retry_settings: { max_retries: 0 }'];
    const run = box.start(['run', parallelJob(box, { files: 8, entryScript: 'score.ts', script, settings }), '--name', 'j']);
    await run.printed('failed for good');
    expect((await box.prl(['job', 'cancel', 'j'])).code).toBe(0);
    expect((await run.result).code).toBe(130);
    expect(await showJob(box, 'j')).toMatchObject({
      job: { status: 'Canceled' },
      main: { status: 'Canceled', mini_batches: { failed: 1 } },
    });
    expect(readdirSync(box.directory).filter((name) => name.includes('rows'))).toEqual([]);
    box.write('mended', '');
    expect((await box.prl(['job', 'resume', 'j', '--stream'])).code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe([0, 1, 2, 3, 4, 5, 6, 7].map((index) => `00${index}.txt\n`).join(''));
  });
});
