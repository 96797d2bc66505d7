/** What differs between versions of Python, on each that this machine has. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withPythonStartup } from '../../../../src/pipeline/bind/step-environment.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { pythons } from '../../../support/pythons.ts';
import { pythonWorker, task } from './support.ts';

describe.each(pythons(7))('Python $version', ({ file }) => {
  test('lists inputs in name order, by whatever way a script lists', () => {
    const folder = temporaryFolder();
    // Not the order in which they were made, and enough of them that no file system has them in order by chance.
    const names = Array.from({ length: 40 }, (_, index) => `${(index * 17) % 40}`.padStart(2, '0'));
    for (const name of names) {
      mkdirSync(join(folder, 'in', name), { recursive: true });
      writeFileSync(join(folder, 'in', name, 'file.txt'), '');
    }
    const script = `
import glob, json, os, pathlib, pickle, shutil, sys
folder = sys.argv[1]
here = pathlib.Path(folder)
os.chdir(folder)
print(json.dumps({
    "os.listdir": os.listdir(folder),
    "os.listdir()": os.listdir(),
    "os.listdir of bytes": [os.fsdecode(name) for name in os.listdir(os.fsencode(folder))],
    "os.scandir": [entry.name for entry in os.scandir(folder)],
    "os.walk": next(os.walk(folder))[1],
    "glob": [os.path.basename(path) for path in glob.glob(folder + "/*")],
    "pathlib.iterdir": [path.name for path in here.iterdir()],
    "pathlib.glob": [path.name for path in here.glob("*")],
    "pathlib.rglob": [path.parent.name for path in here.rglob("*.txt")],
    "pickled": pickle.loads(pickle.dumps(os.listdir))(folder),
}))
assert shutil.rmtree.avoids_symlink_attacks
shutil.rmtree(folder)
assert not here.exists()
`;
    const input = join(folder, 'in');
    const { stdout, stderr } = spawnSync(file, ['-c', script, input], { encoding: 'utf8', env: { ...withPythonStartup({}, [input]) } });
    expect(stderr).toBe('');
    const listings: Record<string, string[]> = JSON.parse(stdout);
    const expected = names.toSorted();
    expect(listings).toEqual(Object.fromEntries(Object.keys(listings).map((way) => [way, expected])));
    expect(Object.keys(listings)).toHaveLength(10);
  });

  test('a worker takes frames, and tasks that were loaded before', async () => {
    const script = 'def run(mini_batch, context):\n    return [f"{context.minibatch_index} {path}" for path in mini_batch]\n';
    await using worker = pythonWorker(script, {}, {}, file);
    worker.send([task(0, ['a']), task(1, ['b'])]);
    worker.send({ type: 'load', task: task(2, ['c'], 2) });
    worker.send({ type: 'load', task: task(3, ['d']) });
    worker.send({ type: 'drop', index: 3 });
    worker.send({ type: 'go', index: 2 });
    await worker.outcome(2);
    worker.send({ type: 'stop' });
    await worker.report('stopped');
    expect(worker.outcomes.map((outcome) => worker.rows(outcome))).toEqual(['0 /data/a\n', '1 /data/b\n', '2 /data/c\n']);
    expect(worker.stderr).toBe('');
  });

  test('what is done is told, once, while the next mini-batch of the frame takes its time', async () => {
    const script = `
import os, time
def run(mini_batch):
    while mini_batch == ["/data/slow"] and not os.path.exists("go"): time.sleep(0.005)
    return mini_batch
`;
    await using worker = pythonWorker(script, {}, {}, file);
    worker.send([task(0, ['quick']), task(1, ['quicker']), task(2, ['slow']), task(3, ['last'])]);
    await worker.outcome(1);
    writeFileSync(join(worker.code, 'go'), '');
    await worker.outcome(3);
    expect(worker.outcomes.map((outcome) => worker.rows(outcome))).toEqual(
      ['quick', 'quicker', 'slow', 'last'].map((name) => `/data/${name}\n`),
    );
  });

  test('a script may fork, start processes and end runs by a signal', async () => {
    const script = `
import multiprocessing, os, signal
def double(x): return 2 * x
def alarm(*_): raise TimeoutError("too long")
def run(mini_batch):
    if mini_batch == ["/data/late"]:
        signal.signal(signal.SIGALRM, alarm)
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        while True: pass
    child = os.fork()
    if child == 0:
        return ["of the child"]
    assert os.waitpid(child, 0)[1] == 0
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.map(double, [1, 2])
`;
    await using worker = pythonWorker(script, {}, {}, file);
    worker.send([task(0), task(1, ['late']), task(2)]);
    expect(worker.rows(await worker.outcome(2))).toBe('2\n4\n');
    expect(worker.rows(await worker.outcome(0))).toBe('2\n4\n');
    expect(worker.reports.filter(({ type }) => type === 'failed')).toMatchObject([{ index: 1, error: { type: 'TimeoutError' } }]);
  });
});
