/** What scripts leave behind: children that hold what was theirs, loops that go on after run(), workers that die after they told. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parallelJob, showJob } from '../../support/parallel-job.ts';
import { sandbox } from '../../support/prl.ts';

const leaving = {
  'score.py': `import os, subprocess
def run(mini_batch, context):
    if context.minibatch_index == 4 and not os.path.exists(os.environ["MARK"]):
        open(os.environ["MARK"], "w").close()
        for descriptor in os.listdir("/proc/self/fd"):
            try: os.set_inheritable(int(descriptor), True)
            except OSError: pass
        subprocess.Popen(["sleep", "600"], close_fds=False, start_new_session=True)
        os._exit(3)
    return [context.minibatch_index]
`,
  'score.ts': `import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
export function run(miniBatch: string[], { minibatchIndex }: { minibatchIndex: number }) {
  const mark = process.env.MARK ?? '';
  if (minibatchIndex === 4 && !existsSync(mark)) {
    writeFileSync(mark, '');
    spawn('sleep', ['600'], { detached: true, stdio: ['ignore', 'inherit', 'inherit', 3, 4] }).unref();
    process.kill(process.pid, 'SIGKILL');
  }
  return [minibatchIndex];
}
`,
};
const all = '0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n';

it.runIf(process.platform === 'linux').each(['score.py', 'score.ts'] as const)(
  '%s: a worker is dead when its process is, whoever holds its pipes',
  async (entryScript) => {
    const box = sandbox();
    const job = parallelJob(box, { entryScript, script: leaving[entryScript] });
    const { code } = await box.prl(['run', job, '--name', 'j'], { env: { MARK: box.path('mark') } });
    expect(code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(all);
    expect((await showJob(box, 'j')).main.mini_batches).toEqual({ total: 10, done: 10, failed: 0, retries: 1 });
  },
);

it('a script that loops after run() has returned loses its worker, and what waits there is done by another', async () => {
  const box = sandbox();
  const script = `export function run(miniBatch: string[], { minibatchIndex }: { minibatchIndex: number }) {
  if (minibatchIndex === 4) setTimeout(() => { for (;;); });
  return [minibatchIndex];
}
`;
  const settings = ['max_concurrency_per_instance: 1', 'retry_settings: { max_retries: 1, timeout: 1 }'];
  const { code, stderr } = await box.prl(['run', parallelJob(box, { entryScript: 'score.ts', script, settings }), '--name', 'j']);
  expect(code).toBe(0);
  expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(all);
  // The loop begins between two mini-batches, or before the last of them was told.
  expect(stderr).toMatch(/process000 was lost: it was killed: (?:it did not begin its next mini-batch in 1 s|an attempt took too long)/);
  expect((await showJob(box, 'j')).main.mini_batches).toMatchObject({ done: 10, failed: 0 });
});

it('a mini-batch has as many failed items as an attempt told, though the last one died', async () => {
  const box = sandbox();
  box.write('table.csv', `n\n${Array.from({ length: 20 }, (_, n) => n).join('\n')}\n`);
  box.write(
    'code/score.ts',
    `import { existsSync, writeFileSync } from 'node:fs';
export function run() {
  const mark = process.env.MARK ?? '';
  if (existsSync(mark)) process.kill(process.pid, 'SIGKILL');
  writeFileSync(mark, '');
  throw new Error('first');
}
`,
  );
  box.write(
    'job.yml',
    `type: parallel
inputs: { data: { type: uri_file, path: ./table.csv } }
outputs: { rows: { type: uri_folder, path: ./rows } }
input_data: \${{inputs.data}}
max_concurrency_per_instance: 1
retry_settings: { max_retries: 1 }
task: { type: run_function, code: ./code, entry_script: score.ts }
`,
  );
  await box.prl(['run', 'job.yml', '--name', 'j'], { env: { MARK: box.path('mark') } });
  expect((await showJob(box, 'j')).main.items).toEqual({ total: 20, done: 0, failed: 20 });
});
