import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parallelJob, showJob } from '../../support/parallel-job.ts';
import { sandbox } from '../../support/prl.ts';

const failing = {
  'score.py': 'def init():\n    raise LookupError("no model")\ndef run(mini_batch):\n    return mini_batch\n',
  'score.ts': "export function init() {\n  throw new RangeError('no model');\n}\nexport const run = (files: string[]) => files;\n",
};

it.each(['score.py', 'score.ts'] as const)('%s: where init() fails on all, the job ends with that exception', async (entryScript) => {
  const box = sandbox();
  const job = parallelJob(box, { entryScript, script: failing[entryScript], settings: ['max_concurrency_per_instance: 3'] });
  const { code, stderr } = await box.prl(['run', job, '--name', 'j']);
  expect(code).toBe(1);
  const kind = entryScript === 'score.py' ? 'LookupError' : 'RangeError';
  expect(stderr).toMatch(new RegExp(`No worker could start.*${kind}: no model`, 's'));
  const { main } = await showJob(box, 'j');
  expect(main.error).toMatch(new RegExp(`No worker could start.*\\n.*${kind}: no model`, 's'));
  const decided = readFileSync(join(main.directory, 'logs/sys/master_role.txt'), 'utf8');
  // No more than the first starts of all three, and a second of those that were quicker.
  expect(decided.match(new RegExp(`could not start: ${kind}: no model`, 'g'))?.length).toBeLessThanOrEqual(5);
  const stacks = readdirSync(join(main.directory, 'logs/user/error'));
  expect(stacks[0]).toMatch(new RegExp(`^0001\\.${kind}\\.init\\.process00\\d\\.txt$`));
  const events = (await box.prl(['job', 'stream', '--name', 'j', '--output', 'json'])).stdout.trim().split('\n');
  const told = events.map((event) => JSON.parse(event)).filter(({ type }) => type === 'init_failed');
  expect(told).toMatchObject([{ step: 'main', error: { type: kind, message: 'no model' } }]);
});

it('a start that fails is told while others still work', async () => {
  const box = sandbox();
  const script = `import os, time
def init():
    try: os.mkdir(os.environ["MARK"])
    except FileExistsError: return
    raise LookupError("first of all")
def run(mini_batch):
    while not os.path.exists(os.environ["GO"]): time.sleep(0.01)
    return mini_batch
`;
  const job = parallelJob(box, { script, files: 3 });
  const running = box.start(['run', job, '--name', 'j'], { env: { MARK: box.path('mark'), GO: box.path('go') } });
  await running.printed(/process00\d could not start: LookupError: first of all/);
  writeFileSync(box.path('go'), '');
  expect((await running.result).code).toBe(0);
});
