/** Both workers speak one wire: what TypeScript calls a place of a compact array, Python calls by the same name. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodeCommand, encodeReport, type WireTask } from '../../../src/workers/protocol/wire.ts';
import type { TestWorker } from '../../support/worker.ts';
import { pythonWorker, task } from './python/support.ts';
import { nodeWorker } from './typescript/support.ts';

const pythonFolder = join(import.meta.dirname, '..', '..', '..', 'python');

/** What a piece of Python that knows `wire` prints as JSON; `given` is what it was given. */
function inPython(given: unknown, expression: string): unknown {
  const script = `import json, sys\nfrom parallelrun_worker.wire import *\ngiven = json.loads(sys.argv[1])\nprint(json.dumps(${expression}))`;
  const python = process.env.PARALLELRUN_PYTHON ?? 'python3';
  return JSON.parse(execFileSync(python, ['-c', script, JSON.stringify(given)], { cwd: pythonFolder, encoding: 'utf8' }));
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

test('an outcome has the same names in the same places', () => {
  const done = {
    index: 1,
    attempt: 2,
    items: 3,
    returned: 4,
    offset: 5,
    length: 6,
    crc: 7,
    started: 1_700_000_000_008,
    loadMs: 9.125,
    runMs: 10.25,
  };
  const named = Object.fromEntries(Object.entries(done).map(([name, value]) => [snakeCase(name), value]));
  const written = JSON.parse(encodeReport({ type: 'done', outcomes: [done] })) as unknown;
  expect(inPython(named, 'json.loads(encode_outcomes([Outcome(**given)]))')).toEqual(written);
  expect(inPython({}, 'Outcome._fields')).toEqual(Object.keys(named));
});

const tasks: readonly { readonly sent: WireTask }[] = [
  { sent: [7, 2, [1, ['a.png', 'b.png']]] },
  { sent: [8, 1, [0, { kind: 'bytes', path: 'a.csv', start: 0, end: 5 }, { day: 1 }]] },
  { sent: [9, 3, [0, ['a.png'], null]] },
  { sent: [9, 70_000, [0, ['a.png', 'b.png', 'c.png']], 1, 3] },
];

test.each(tasks)('a task has the same names in the same places: $sent', ({ sent }) => {
  const [known] = JSON.parse(JSON.stringify(decodeCommand(JSON.stringify([sent])))).tasks;
  expect(inPython(sent, 'next(decode_tasks([given]))._asdict()')).toEqual({
    ...known,
    partition: sent[2][2] ?? null,
    part: sent.length > 3 ? sent.slice(3) : null,
  });
});

/** A clock that somebody sets back and forth, a day with each look. */
const unsteady: readonly (readonly [string, () => TestWorker])[] = [
  [
    'Python',
    () =>
      pythonWorker(`
import sys
for name, module in sys.modules.items():
    if name.startswith("parallelrun_worker.") and hasattr(module, "time"):
        times = iter(range(1_700_000_000, 0, -86_400))
        module.time = lambda: float(next(times))
def run(mini_batch):
    if mini_batch == ["/data/bad"]: raise ValueError("bad")
    return mini_batch
`),
  ],
  [
    'TypeScript',
    () =>
      nodeWorker({
        'score.ts': `
let now = 1_700_000_000_000;
Date.now = performance.now = () => (now -= 86_400_000);
export function run(miniBatch: string[]) {
  if (miniBatch[0] === '/data/bad') throw new Error('bad');
  return miniBatch;
}
`,
      }),
  ],
];

test.each(unsteady)('%s: how long an attempt took does not follow the clock on the wall', async (_, start) => {
  await using worker = start();
  worker.send([task(0), task(1, ['bad']), task(2)]);
  await worker.outcome(2);
  const { loadMs, runMs } = await worker.report('failed');
  const times = [loadMs, runMs, ...worker.outcomes.flatMap((outcome) => outcome.slice(-2))];
  expect(times).toHaveLength(6);
  for (const ms of times) {
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(ms).toBeLessThan(43_200_000);
  }
});
