/**
 * A home whose files are cut, flipped and emptied where no hand should be: what can still be told is told rightly, what cannot is
 * refused by name, and never does a wrong output come of it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { byteChange, changeBytes, drawn } from './mutate.ts';
import type { FuzzTarget } from './target.ts';

const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const files = 40;
/** Mini-batches from here on wait for a file called `go`. */
const waits = 15;
const expected = Array.from({ length: files }, (_, index) => `${index} of ${String(index).padStart(3, '0')}\n`).join('');

const script = `import os, time
def run(mini_batch, context):
    root = os.environ['ROOT']
    while context.minibatch_index >= ${waits} and not os.path.exists(root + '/go'): time.sleep(0.02)
    return [open(path).read().strip() + ' of ' + os.path.basename(path) for path in mini_batch]
`;
const job = `type: parallel
inputs: { data: { type: uri_folder, path: ./in } }
outputs: { rows: { type: uri_file, path: ./rows.txt } }
input_data: $\{{inputs.data}}
mini_batch_size: "1"
max_concurrency_per_instance: 2
task: { type: run_function, code: ./code, entry_script: s.py, append_row_to: "$\{{outputs.rows}}" }
`;

const damage = fc.record({
  life: fc.constantFrom<Life>('killed', 'completed'),
  /** Which of the files. */
  file: fc.nat(),
  change: fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ how: fc.constant('bytes' as const), changes: fc.array(byteChange, { minLength: 1, maxLength: 3 }) }),
    },
    { weight: 2, arbitrary: fc.record({ how: fc.constant('cut' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }) },
    { weight: 1, arbitrary: fc.record({ how: fc.constant('empty' as const) }) },
    { weight: 1, arbitrary: fc.record({ how: fc.constant('remove' as const) }) },
  ),
});

type Life = 'killed' | 'completed';

/** Folders as a job's life left them, one of each, made at the first try: paths in them are absolute, so tries stand where they stood. */
const templates = new Map<string, string>();
process.on('exit', () => {
  for (const template of templates.values()) rmSync(template, { recursive: true, force: true });
});

export const stateFiles: FuzzTarget = {
  name: 'state-files',
  async try(seed, directory) {
    const { life, file, change } = drawn(damage, seed);
    cpSync(await templateOf(life, directory), directory, { recursive: true });
    const name = damageable(directory)[file % damageable(directory).length] ?? '';
    const path = join(directory, name);
    const bytes = readFileSync(path);
    if (change.how === 'remove') rmSync(path);
    else if (change.how === 'bytes') writeFileSync(path, changeBytes(bytes, change.changes));
    else writeFileSync(path, bytes.subarray(0, change.how === 'cut' ? Math.floor(bytes.length * change.at) : 0));
    const what = `${name} of a ${life} job, ${change.how}`;

    writeFileSync(join(directory, 'go'), '');
    const resumed = prl(directory, what, 'job', 'resume', '--name', 'j', '--stream');
    const output = join(directory, 'rows.txt');
    const isThere = existsSync(output);
    if (isThere && readFileSync(output, 'utf8') !== expected)
      throw new Error(`${what}: a wrong output, exit ${resumed.status}:\n${resumed.stderr}`);
    if (resumed.status === 0 && !isThere) throw new Error(`${what}: exit 0 without an output:\n${resumed.stderr}`);
    const list = prl(directory, what, 'job', 'list');
    if (list.status !== 0) throw new Error(`${what}: job list: exit ${list.status}: ${list.stderr}`);
    const shown = prl(directory, what, 'job', 'show', '--name', 'j', '--output', 'json');
    // What only one file holds may be refused by its name.
    if (resumed.status === 0 && !shown.stderr.includes(name) && !/"status": "Completed"/.test(shown.stdout))
      throw new Error(`${what}: completed, and shown as: ${shown.stdout}${shown.stderr}`);
    const download = prl(
      directory,
      what,
      'job',
      'download',
      '--name',
      'j',
      '--output-name',
      'rows',
      '--download-path',
      join(directory, 'copy'),
    );
    const copy = join(directory, 'copy', 'named-outputs', 'rows', 'rows.txt');
    if (resumed.status === 0 && download.status !== 0 && !download.stderr.includes(name))
      throw new Error(`${what}: completed, and cannot be downloaded: ${download.stderr}`);
    if (download.status === 0 && readFileSync(copy, 'utf8') !== expected) throw new Error(`${what}: a wrong output is downloaded`);
    // What an earlier life wrote stays or goes, but nobody needs to clear the way for a new job.
    const anew = prl(directory, what, 'run', 'job.yml', '--name', 'anew');
    if (anew.status !== 0 || readFileSync(output, 'utf8') !== expected)
      throw new Error(`${what}: a new job in this home: exit ${anew.status}: ${anew.stderr}`);
  },
};

/** What the engine keeps for itself; not the user's logs and code. */
function damageable(directory: string): readonly string[] {
  const all = readdirSync(join(directory, 'home'), { recursive: true, encoding: 'utf8' }).map((name) => join('home', name));
  return all.filter((name) => !/\/(logs|code)\//.test(name) && statSync(join(directory, name)).isFile()).sort();
}

function prl(directory: string, what: string, ...args: string[]) {
  const end = spawnSync(process.execPath, [main, ...args], {
    cwd: directory,
    encoding: 'utf8',
    env: environment(directory),
    timeout: 60_000,
  });
  if (end.signal !== null) throw new Error(`${what}: prl ${args.join(' ')} hangs:\n${end.stdout}${end.stderr}`);
  if (/\n\s+at .*\.ts:\d+|Internal error|internal error/.test(end.stderr))
    throw new Error(`${what}: prl ${args.join(' ')}:\n${end.stderr}`);
  return end;
}

const environment = (directory: string) => ({ ...process.env, PARALLELRUN_HOME: join(directory, 'home'), ROOT: directory, NO_COLOR: '1' });

async function templateOf(life: Life, directory: string): Promise<string> {
  const known = templates.get(life);
  if (known !== undefined) return known;
  mkdirSync(join(directory, 'in'));
  mkdirSync(join(directory, 'code'));
  for (let index = 0; index < files; index += 1) writeFileSync(join(directory, 'in', String(index).padStart(3, '0')), `${index}\n`);
  writeFileSync(join(directory, 'code', 's.py'), script);
  writeFileSync(join(directory, 'job.yml'), job);
  if (life === 'completed') writeFileSync(join(directory, 'go'), '');
  const child = spawn(process.execPath, [main, 'run', 'job.yml', '--name', 'j'], {
    cwd: directory,
    env: environment(directory),
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  if (life === 'killed') {
    const ledger = join(directory, 'home', 'jobs', 'j', 'steps', 'main', 'state', 'ledger.bin');
    while ((statSync(ledger, { throwIfNoEntry: false })?.size ?? 0) < waits * 64) await pause(20);
    child.kill('SIGKILL');
  }
  await ended;
  const template = mkdtempSync(join(tmpdir(), 'prl-fuzz-home-'));
  cpSync(directory, template, { recursive: true });
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true });
  templates.set(life, template);
  return template;
}
