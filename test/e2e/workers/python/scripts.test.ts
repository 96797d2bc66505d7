/** What an entry script may rely on: loading, arguments, context, functions of every kind. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { failure, pythonWorker, rows, task } from './support.ts';

describe('run', () => {
  test('gets absolute paths and its rows stand in the segment, one a line', async () => {
    await using worker = pythonWorker('def run(mini_batch):\n    return [p.upper() for p in mini_batch]\n');
    worker.send([task(0, ['a.png']), task(1, ['b.png', 'c.png'])]);
    const [index, attempt, items, returned, offset, length, crc] = await worker.outcome(1);
    expect({ index, attempt, items, returned, offset, length, crc }).toEqual({
      index: 1,
      attempt: 1,
      items: 2,
      returned: 2,
      offset: 12,
      length: 24,
      crc: crc32('/DATA/B.PNG\n/DATA/C.PNG\n'),
    });
    expect(worker.rows(await worker.outcome(0))).toBe('/DATA/A.PNG\n');
    expect(worker.rows(await worker.outcome(1))).toBe('/DATA/B.PNG\n/DATA/C.PNG\n');
    expect(worker.taskLog.split('\n')[1]).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z mini-batch 1 attempt 1: 2 items, 2 ok, 0 failed, \d+\.\d{3} s, run \d+\.\d{3} s$/,
    );
  });

  test.each([
    ['a tuple', 'return (1, "a b", None)', '1\na b\nNone\n'],
    ['an empty list', 'return []', ''],
    ['a generator', 'yield from mini_batch', '/data/a.png\n/data/b.png\n'],
    ['an iterator', 'return map(len, mini_batch)', '11\n11\n'],
    ['a subclass of list', 'class L(list): pass\n    return L("xy")', 'x\ny\n'],
    ['text of several lines, as str() gives it', 'return ["a\\nb", "é"]', 'a\nb\né\n'],
    ['file names that are not UTF-8', 'return [b"\\xff.png".decode("utf-8", "surrogateescape") + "!"][:1] and [1]', '1\n'],
  ])('may return %s', async (_, body, expected) => {
    expect(await rows(`def run(mini_batch):\n    ${body}\n`)).toBe(expected);
  });

  test.each([
    ['a coroutine', 'async def run(mini_batch):\n    return [1]\n', '1\n'],
    ['an async generator', 'async def run(mini_batch):\n    for p in mini_batch:\n        yield p\n', '/data/a.png\n/data/b.png\n'],
    ['a callable object', 'class R:\n    def __call__(self, b, context): return [context.minibatch_index]\nrun = R()\n', '0\n'],
    [
      'a decorated function',
      'import functools\ndef d(f):\n    @functools.wraps(f)\n    def g(*a): return f(*a)\n    return g\n@d\ndef run(b, c): return [c.dataset_name]\n',
      'images\n',
    ],
    ['a second parameter of its own', 'def run(mini_batch, verbose=3):\n    return [verbose]\n', '3\n'],
    ['an optional context', 'def run(mini_batch, mini_batch_context=None):\n    return [mini_batch_context.minibatch_index]\n', '0\n'],
  ])('may be %s', async (_, script, expected) => {
    expect(await rows(script)).toBe(expected);
  });

  test('an event loop lives as long as the worker', async () => {
    const script = `
import asyncio
async def init():
    global queue
    queue = asyncio.Queue()
    asyncio.get_running_loop().call_soon(queue.put_nowait, 7)
async def run(mini_batch):
    return [await queue.get()]
`;
    expect(await rows(script)).toBe('7\n');
  });

  test('context says which mini-batch it is', async () => {
    const script = 'def run(mini_batch, context):\n    print(context)\n    return [context.partition_key_value["day"], context.dataset]\n';
    await using worker = pythonWorker(script);
    worker.send([[41, 2, [0, ['x.png'], { day: '2020-01-01' }]]]);
    expect(worker.rows(await worker.outcome(41))).toBe("2020-01-01\nDataset(name='images', paths=['/data/x.png'])\n");
    await worker.until(({ stdout }) => stdout.includes('minibatch_index=41'));
  });

  test('may take a task that was loaded before, or be told to forget it', async () => {
    await using worker = pythonWorker('def run(mini_batch):\n    return mini_batch\n');
    worker.send({ type: 'load', task: task(0) });
    worker.send({ type: 'load', task: task(1) });
    worker.send({ type: 'drop', index: 0 });
    worker.send({ type: 'go', index: 1 });
    await worker.outcome(1);
    worker.send({ type: 'stop' });
    await worker.report('stopped');
    expect(worker.outcomes.map(([index]) => index)).toEqual([1]);
  });

  test('what is done is told while the next mini-batch of the frame takes its time', async () => {
    const script = `
import os, time
def run(mini_batch):
    while mini_batch == ["/data/slow"] and not os.path.exists("go"): time.sleep(0.005)
    return mini_batch
`;
    await using worker = pythonWorker(script);
    worker.send([task(0, ['quick']), task(1, ['quicker']), task(2, ['slow']), task(3, ['last'])]);
    expect(worker.rows(await worker.outcome(1))).toBe('/data/quicker\n');
    expect(worker.marker).toMatchObject({ index: 2, phase: 'running' });
    expect(worker.outcomes).toHaveLength(2);
    writeFileSync(join(worker.code, 'go'), '');
    await worker.outcome(3);
    expect(worker.outcomes.map((outcome) => worker.rows(outcome)).join('')).toBe('/data/quick\n/data/quicker\n/data/slow\n/data/last\n');
  });

  test('without a segment rows are counted, not kept', async () => {
    await using worker = pythonWorker('def run(mini_batch):\n    return (i for i in range(5))\n', { output: { kind: 'summary_only' } });
    worker.send([task(0)]);
    expect((await worker.outcome(0)).slice(2, 7)).toEqual([2, 5, 0, 0, 0]);
  });
});

describe('the process', () => {
  test('looks as if the script had been called with its arguments', async () => {
    const script = `
import sys, os, helper
def run(mini_batch):
    return [sys.argv[1:], os.path.basename(sys.argv[0]), os.path.basename(sys.path[0]), os.getcwd() == os.path.dirname(os.path.dirname(__file__)), helper.x, __name__]
`;
    await using worker = pythonWorker(
      script,
      { arguments: ['--a', 'b c'], entryScript: 'deep/batch-score.py' },
      { 'deep/helper.py': 'x = 5' },
    );
    worker.send([task(0)]);
    expect(worker.rows(await worker.outcome(0))).toBe("['--a', 'b c']\nbatch-score.py\ndeep\nTrue\n5\nbatch-score\n");
  });

  test('knows itself through EntryScript, also while the script is imported', async () => {
    const script = `
from azureml_user.parallel_run import EntryScript
EntryScript().logger.debug("not shown")
def init():
    EntryScript().logger.info("in init")
def run(mini_batch):
    me = EntryScript()
    assert me is EntryScript()
    me.logger.warning("in run")
    with open(f"{me.log_dir}/{me.agent_name}.log.txt") as log:
        return [me.agent_name, me.output_dir[-7:], me.working_dir[-5:], *(line.split("Z ")[1].strip() for line in log)]
`;
    expect(await rows(script)).toBe('process000\n/output\n/code\nINFO in init\nWARNING in run\n');
  });

  test('init before, shutdown after', async () => {
    await using worker = pythonWorker('def init(): print("init")\ndef run(b): return b\ndef shutdown(): print("shutdown")\n');
    const ready = await worker.report('ready');
    expect(ready.pid).toBe(worker.pid);
    expect(ready.interpreter).toMatch(/^Python 3\.\d+\.\d+ \(.*python/);
    worker.send([task(0)]);
    worker.send({ type: 'stop' });
    expect(await worker.report('stopped')).toEqual({ type: 'stopped' });
    expect(await worker.exit()).toEqual({ code: 0, signal: null });
    expect(worker.stdout).toBe('init\nshutdown\n');
    expect(worker.outcomes).toHaveLength(1);
    expect(worker.marker?.phase).toBe('stopping');
  });

  test('an error in shutdown is told', async () => {
    await using worker = pythonWorker('def run(b): return b\ndef shutdown(): raise ValueError("late")\n');
    worker.send({ type: 'stop' });
    expect((await worker.report('stopped')).error).toMatchObject({ type: 'ValueError', message: 'late' });
    expect((await worker.exit()).code).toBe(0);
  });

  test('the marker names what is running', async () => {
    await using worker = pythonWorker('import sys\ndef run(b):\n    print("here", file=sys.stderr)\n    while True: pass\n');
    worker.send([task(300_000, ['x'], 3)]);
    await worker.until(({ stderr }) => stderr.includes('here'));
    expect(worker.marker).toMatchObject({ index: 300_000, attempt: 3, phase: 'running' });
  });

  test('multiprocessing works, by fork and by spawn', async () => {
    const script = `
import multiprocessing
def double(x): return 2 * x
def run(mini_batch):
    found = []
    for method in ("fork", "spawn"):
        with multiprocessing.get_context(method).Pool(1) as pool:
            found += pool.map(double, [1, 2])
    return found
`;
    expect(await rows(script)).toBe('2\n4\n2\n4\n');
  });
});

test('fewer rows than items can be set to fail', async () => {
  const { error, phase, items } = await failure('def run(mini_batch):\n    return [1]\n', { failOnShortReturn: true });
  expect({ type: error.type, phase, items }).toEqual({ type: 'ShortReturn', phase: 'return', items: 2 });
  expect(error.message).toContain('1 rows for 2 items');
});
