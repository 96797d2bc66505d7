/** Scripts that fail, and scripts that do what no script should: the worker says what happened and goes on. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pythonCommand } from '../../../../src/workers/local/python-host.ts';
import { TestWorker } from '../../../support/worker.ts';
import { failure, pythonWorker, rows, task } from './support.ts';

describe('a failed attempt', () => {
  test('shows the script’s own frames only', async () => {
    const { error, phase, items } = await failure('def inner():\n    return 1 / 0\ndef run(mini_batch):\n    return inner()\n');
    expect({ phase, items }).toEqual({ phase: 'run', items: 2 });
    expect(error).toMatchObject({ type: 'ZeroDivisionError', message: 'division by zero' });
    expect(error.stack).toMatch(/^Traceback[^\n]*\n {2}File "score\.py", line 4, in run\n/);
    expect(error.stack).not.toContain('parallelrun_worker');
  });

  test('the same for async functions', async () => {
    const { error } = await failure('async def run(mini_batch):\n    raise KeyError("k")\n');
    expect(error.stack).toMatch(/^Traceback[^\n]*\n {2}File "score\.py", line 2, in run\n/);
  });

  test.each([
    ['None', 'pass', 'run() returned None'],
    ['a dict', 'return {"a": 1}', "run() returned an object of type dict: {'a': 1}; it must return a list, a tuple, a pandas DataFrame"],
    ['text', 'return "abc"', "an object of type str: 'abc'"],
    ['a set', 'return {1}', 'an object of type set'],
    ['a number', 'return 5', 'an object of type int: 5'],
  ])('%s came back', async (_, body, message) => {
    const { error, phase } = await failure(`def run(mini_batch):\n    ${body}\n`);
    expect({ type: error.type, phase }).toEqual({ type: 'BadReturn', phase: 'return' });
    expect(error.message).toContain(message);
  });

  test('a generator that fails midway leaves nothing', async () => {
    await using worker = pythonWorker('def run(b):\n    yield 1\n    if b[0].endswith("bad"): raise ValueError("midway")\n');
    worker.send([task(0, ['bad']), task(1, ['good'])]);
    expect((await worker.report('failed')).error.message).toBe('midway');
    expect((await worker.outcome(1)).slice(3, 6)).toEqual([1, 0, 2]);
  });

  test.each([
    ['sys.exit', 'import sys\n    sys.exit(3)', 'SystemExit', 'sys.exit(3) in run()'],
    ['sys.exit with a word', 'import sys\n    sys.exit("no model")', 'SystemExit', 'no model (the script called sys.exit in run())'],
    ['a keyboard interrupt', 'raise KeyboardInterrupt()', 'KeyboardInterrupt', ''],
    ['endless recursion', 'return run(mini_batch)', 'RecursionError', 'recursion'],
    [
      'an exception that cannot be shown',
      'class E(Exception):\n        def __str__(self): raise RuntimeError()\n    raise E()',
      'E',
      'its message cannot be shown',
    ],
    ['a row that cannot be text', 'class R:\n        def __str__(self): raise OSError("no text")\n    return [R()]', 'OSError', 'no text'],
    ['a row that is not Unicode', 'return ["\\ud800"]', 'UnicodeEncodeError', 'surrogates not allowed'],
  ])('%s does not end the worker', async (_, body, type, message) => {
    await using worker = pythonWorker(`n = 0\ndef run(mini_batch):\n    if mini_batch == ["/data/fine"]: return []\n    ${body}\n`);
    worker.send([task(0), task(1, ['fine'])]);
    const { error } = await worker.report('failed');
    expect(error.type).toBe(type);
    expect(error.message).toContain(message);
    await worker.outcome(1);
  });

  test('a huge message stays bounded, both ends kept', async () => {
    const { error } = await failure('def run(b):\n    raise ValueError("begin" + "x" * 10_000_000 + "end")\n');
    expect(error.message.length).toBeLessThan(5000);
    expect(error.message).toMatch(/^begin[\s\S]*end$/);
    expect(error.stack?.length).toBeLessThan(20_000);
  });

  test('rows that could not be written fail every mini-batch whose rows they were', async () => {
    await using worker = pythonWorker('def run(b):\n    return b\n', {
      output: { kind: 'append_row', segment: '/dev/full', agreements: '/dev/null', settings: { form: 'text', toCsv: {} } },
    });
    worker.send([task(0), task(1)]);
    const failed = await worker.until(({ reports }) => reports.filter(({ type }) => type === 'failed').length === 2 && reports);
    expect(failed.filter(({ type }) => type === 'failed')).toMatchObject([
      { index: 0, phase: 'write', error: { message: expect.stringContaining('No space left') } },
      { index: 1, phase: 'write' },
    ]);
    expect(worker.outcomes).toEqual([]);
  });
});

describe('a script that cannot start', () => {
  async function initFailure(script: string) {
    await using worker = pythonWorker(script);
    const report = await worker.report('init_failed');
    expect((await worker.exit()).code).toBe(1);
    return report;
  }

  test('a syntax error names its line', async () => {
    const { error } = await initFailure('def run(b):\n    return b\n\ndef x(:\n');
    expect(error.type).toBe('SyntaxError');
    expect(error.stack).toMatch(/File ".*score\.py", line 4/);
    expect(error.stack).not.toContain('Traceback');
  });

  test('a missing module is named', async () => {
    const { error, missingModule } = await initFailure('import no_such_thing.inside\ndef run(b): return b\n');
    expect(missingModule).toBe('no_such_thing');
    expect(error.stack).toMatch(/^Traceback[^\n]*\n {2}File "score\.py", line 1, in <module>/);
  });

  test.each([
    ['no run', 'def init(): pass\n', 'MissingRun', 'has no function run(mini_batch)'],
    ['run is no function', 'run = 5\n', 'MissingRun', 'run in'],
    ['init raises', 'def init(): raise ValueError("no model")\ndef run(b): return b\n', 'ValueError', 'no model'],
    [
      'init exits',
      'import sys\ndef init(): sys.exit("no licence")\ndef run(b): return b\n',
      'SystemExit',
      'no licence (the script called sys.exit in init()',
    ],
  ])('%s', async (_, script, type, message) => {
    const { error } = await initFailure(script);
    expect(error.type).toBe(type);
    expect(error.message).toContain(message);
  });

  test('what argparse refuses is the error, not the exit code that it leaves with', async () => {
    const parse = 'p = argparse.ArgumentParser(); p.add_argument("--model", required=True)\n    p.parse_args()';
    const { error } = await initFailure(`import argparse\ndef init():\n    ${parse}\ndef run(b): return b\n`);
    const message = 'the following arguments are required: --model';
    expect(error).toMatchObject({ type: 'ArgumentError', message });
    expect(error.stack).toMatch(
      /^Traceback.*\n {2}File "score\.py", line 4, in init\n.*parse_args\(\)\n(.*\^\n)?ArgumentError: the following.*--model$/,
    );
  });

  test('a failed import names the files where they are edited', async () => {
    const { error } = await initFailure('from score import nothing\ndef run(b): return b\n');
    expect(error.message).toMatch(/^cannot import name 'nothing' from .*'score' .*\(score\.py\)$/);
  });

  test('a thread that it left running does not keep it alive', async () => {
    await initFailure('import threading, time\nthreading.Thread(target=time.sleep, args=(3600,)).start()\n1 / 0\n');
  });
});

describe('a script that', () => {
  test('forks: the child neither answers nor writes for its parent', async () => {
    const script = `
import os, sys
def run(mini_batch):
    child = os.fork()
    if child == 0:
        if mini_batch[0].endswith("exit"): sys.exit(3)
        if mini_batch[0].endswith("raise"): raise ValueError("in the child")
        return ["child"]
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])]
`;
    await using worker = pythonWorker(script);
    worker.send([task(0, ['first']), task(1, ['exit']), task(2, ['raise']), task(3, ['return'])]);
    await worker.outcome(3);
    expect(worker.outcomes.map((outcome) => worker.rows(outcome))).toEqual(['0\n', '3\n', '1\n', '0\n']);
    expect(worker.reports.map(({ type }) => type)).toEqual(['ready']);
  });

  test('closes every descriptor that it can think of', async () => {
    expect(await rows('import os\ndef run(b):\n    os.closerange(3, 512)\n    return [os.open("/dev/null", 0)]\n')).toBe('3\n');
  });

  test('closes even the descriptors by which it gets its mini-batches', async () => {
    await using worker = pythonWorker('import os\ndef run(b):\n    os.closerange(3, 2000)\n    return [1]\n');
    worker.send([task(0)]);
    expect(await worker.exit()).toEqual({ code: 1, signal: null });
    expect(worker.stderr).toContain('The entry script closed descriptors that are not its own');
  });

  test('closes its stdout', async () => {
    expect(await rows('import sys\ndef run(b):\n    sys.stdout.close()\n    return [1]\n')).toBe('1\n');
  });

  test('puts its own json in the place of the library’s', async () => {
    const script = `import json
json.dumps = json.loads = lambda *_, **__: b"mine"
def run(mini_batch):
    if len(mini_batch) == 1: raise ValueError("no")
    return mini_batch
`;
    await using worker = pythonWorker(script);
    worker.send([task(0), task(1, ['a']), task(2)]);
    await worker.outcome(2);
    expect(await worker.report('failed')).toMatchObject({ index: 1, error: { type: 'ValueError' } });
  });

  test('hands its pipes and files to no child', async () => {
    const script = `
import os, subprocess
def run(mini_batch):
    listed = subprocess.run(["ls", "-l", "/proc/self/fd"], close_fds=False, capture_output=True, text=True).stdout
    return [line for line in listed.splitlines() if os.path.dirname(os.getcwd()) in line or "socket" in line]
`;
    expect(await rows(script)).not.toMatch(/segment|tasks|socket/);
  });

  test('leaves without a word', async () => {
    await using worker = pythonWorker('import os\ndef run(b):\n    os._exit(7)\n');
    worker.send([task(5)]);
    expect(await worker.exit()).toEqual({ code: 7, signal: null });
    expect(worker.marker).toMatchObject({ index: 5, phase: 'running' });
  });

  test('crashes in native code leaves its Python stack', async () => {
    await using worker = pythonWorker('import ctypes\ndef run(b):\n    ctypes.string_at(0)\n');
    worker.send([task(0)]);
    expect((await worker.exit()).signal).toBe('SIGSEGV');
    expect(worker.stderr).toMatch(/score\.py", line 3 in run/);
  });

  test('is named like a module that others import', async () => {
    await using worker = pythonWorker('def run(b):\n    import json\n    return [json.dumps(1)]\n', { entryScript: 'json.py' });
    worker.send([task(0)]);
    expect(worker.rows(await worker.outcome(0))).toBe('1\n');
  });
});

test('Ctrl-C is the coordinator’s business', async () => {
  const script = `
import os, time
def run(mini_batch):
    print("on")
    while not os.path.exists("go"): time.sleep(0.005)
    return mini_batch
`;
  await using worker = pythonWorker(script);
  worker.send([task(0)]);
  await worker.until(({ stdout }) => stdout === 'on\n');
  worker.kill('SIGINT');
  // The signal waits for the process, which takes note of it before it looks for the file again.
  writeFileSync(join(worker.code, 'go'), '');
  await worker.until(({ outcomes, reports }) => outcomes.length > 0 || reports.some(({ type }) => type === 'failed'));
  expect(worker.reports.filter(({ type }) => type === 'failed')).toEqual([]);
  expect(worker.outcomes).toHaveLength(1);
});

test('when the coordinator is gone, a busy worker and its children end at once', async () => {
  const script = `
import subprocess, sys
def run(mini_batch):
    print(subprocess.Popen(["sleep", "1000"]).pid, file=sys.stderr)
    while True: pass
`;
  await using worker = pythonWorker(script);
  worker.send([task(0)]);
  const child = await worker.until(({ stderr }) => Number(stderr.match(/^\d+\n/)?.[0]));
  worker.hangUp();
  expect((await worker.exit()).signal).toBe('SIGKILL');
  // Both got the signal at once; which of them the kernel ends first is its own affair.
  await expect.poll(() => state(child), { timeout: 60_000 }).toMatch(/gone|Z/);
});

/** A killed process stays a zombie where nobody waits for it. */
function state(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[2] ?? '';
  } catch {
    return 'gone';
  }
}

test('the script’s folder comes first also where the interpreter is told not to add it', async () => {
  const { file, args } = pythonCommand(process.env.PARALLELRUN_PYTHON ?? 'python3');
  const code = { 'score.py': 'import helper\ndef run(b):\n    return [helper.x]\n', 'helper.py': 'x = 3' };
  await using worker = new TestWorker(code).start({ file, args, env: { PYTHONSAFEPATH: '1' } }, { entryScript: 'score.py' });
  worker.send([task(0)]);
  expect(worker.rows(await worker.outcome(0))).toBe('3\n');
});
