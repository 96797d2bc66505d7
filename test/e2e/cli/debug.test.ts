import { spawn } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Sandbox, sandbox } from '../../support/prl.ts';

async function finishedJob(box: Sandbox, entryScript: string, text: string): Promise<void> {
  for (const letter of 'abc') box.write(`in/${letter}.txt`, letter);
  box.write(`src/${entryScript}`, text);
  box.write(
    'job.yml',
    `type: parallel
inputs: {letters: {type: uri_folder, path: ./in}}
outputs: {rows: {type: uri_file}}
input_data: \${{inputs.letters}}
mini_batch_size: "1"
max_concurrency_per_instance: 1
task: {type: run_function, code: ./src, entry_script: ${entryScript}, append_row_to: '\${{outputs.rows}}', program_arguments: --suffix x}
`,
  );
  const run = await box.prl(['run', '.', '--name', 'letters']);
  expect(run.stderr).toContain('Completed');
}

/** A debugger that goes on at once wherever the script stops, and knows in which functions that was. */
function attach(url: string): { readonly in: readonly string[] } {
  const socket = new WebSocket(url);
  const paused: { readonly in: string[] } = { in: [] };
  let id = 0;
  const send = (method: string) => socket.send(JSON.stringify({ id: ++id, method }));
  socket.addEventListener('open', () => ['Runtime.enable', 'Debugger.enable', 'Runtime.runIfWaitingForDebugger'].map(send));
  socket.addEventListener('message', ({ data }) => {
    const { method, params } = JSON.parse(String(data));
    // Node ends when its debugger has let go of it.
    if (method === 'Runtime.executionContextDestroyed') socket.close();
    if (method !== 'Debugger.paused') return;
    paused.in.push(params.callFrames[0].functionName);
    send('Debugger.resume');
  });
  return paused;
}

test('a Python mini-batch runs again in pdb, in this terminal, with the same arguments and data', async () => {
  const box = sandbox();
  await finishedJob(
    box,
    'entry.py',
    'import sys\n\n\ndef run(mini_batch):\n    return [open(path).read() + sys.argv[2] for path in mini_batch]\n',
  );
  const debugged = await box.prl(['job', 'debug', '--name', 'letters', '--mini-batch', '1'], { stdin: 'print(mini_batch)\ncontinue\n' });
  expect(debugged.stderr).toContain('main, mini-batch 1: b.txt');
  expect(debugged.stdout).toContain(`['${box.path('in/b.txt')}']`);
  expect(debugged.stderr).toContain('Returned 1 of 1 items');
  expect(debugged.stdout).toMatch(/bx\n$/);
  expect(debugged.code).toBe(0);
  box.write('src/entry.py', 'def run(mini_batch):\n    return [__file__]\n');
  const edited = await box.prl(['job', 'debug', '--name', 'letters', '--mini-batch', '1', '--code'], { stdin: 'continue\n' });
  expect(edited).toMatchObject({ code: 0, stdout: expect.stringContaining(box.path('src/entry.py')) });
  box.write(
    'src/entry.py',
    `import os
from azureml.core import Run
def run(mini_batch):
    Run.get_context(allow_offline=False).log("looked", 1)
    open(os.path.join(os.environ["AZUREML_BI_OUTPUT_PATH"], "seen"), "w").close()
    return [os.path.isdir(os.environ["MLFLOW_TRACKING_URI"].removeprefix("file://"))]
`,
  );
  const logging = await box.prl(['job', 'debug', '--name', 'letters', '--mini-batch', '1', '--code'], { stdin: 'continue\n' });
  expect(logging).toMatchObject({ code: 0, stdout: expect.stringMatching(/True\n$/) });
  // What is only looked at again is none of the job's.
  expect((await box.prl(['job', 'show', '--name', 'letters'])).stdout).not.toContain('looked');
  const left = await box.prl(['job', 'debug', '--name', 'letters', '--mini-batch', '1'], { stdin: 'next\nquit\n' });
  expect(left.code).toBe(1);
  expect(left.stderr).toMatch(/DebuggerLeft: the debugger was left before run\(\) had returned\n$/);
});

test('a TypeScript mini-batch waits for a debugger to attach, and stops before run()', async () => {
  const box = sandbox();
  await finishedJob(
    box,
    'entry.ts',
    'export function run(files: string[]): string[] {\n  return files.map((file) => file.slice(-5) + process.argv[3]);\n}\n',
  );
  const debugged = box.start(['job', 'debug', 'letters', '--mini-batch', '2']);
  const paused = attach(await debugged.printed(/ws:\/\/\S+/));
  const { code, stdout, stderr } = await debugged.result;
  expect(stderr).toContain('Returned 1 of 1 items');
  expect(paused.in).toEqual(['run']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'c.txtx\n' });
});

test('with `node inspect` in a terminal one is in the script’s run(), then where it threw what it does not catch', async () => {
  const box = sandbox();
  const script = `function price(text: string): number {
  if (text.length > 3) throw new RangeError('too dear');
  return 1;
}
export async function run(files: string[]) {
  try { JSON.parse('{'); } catch {}
  await null;
  return files.map(price);
}
`;
  await finishedJob(box, 'entry.ts', script.replace('> 3', '> 1000'));
  box.write('src/entry.ts', script);
  const debugged = box.start(['job', 'debug', 'letters', '--mini-batch', '1', '--code']);
  const address = /ws:\/\/([^/]+)/.exec(await debugged.printed(/ws:\/\/\S+/))?.[1] ?? '';
  const terminal = spawn(process.execPath, ['inspect', address], { stdio: ['pipe', 'pipe', 'inherit'] });
  let shown = '';
  const shows = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => shown.includes(text) && resolve();
      terminal.stdout.on('data', look);
      look();
    });
  terminal.stdout.setEncoding('utf8').on('data', (chunk) => {
    shown += chunk;
  });
  await shows('entry.ts:6');
  terminal.stdin.write('cont\n');
  await shows('entry.ts:2');
  terminal.stdin.write('exec("text.length")\n');
  await shows(`debug> ${box.path('in/b.txt').length}`);
  terminal.stdin.write('cont\n');
  await debugged.printed(/Waiting for the debugger to disconnect/);
  terminal.stdin.end('.exit\n');
  expect(await debugged.result).toMatchObject({ code: 1, stderr: expect.stringContaining('at price (entry.ts:2:') });
});

test('a mini-batch of a regrouped input runs again after the step completed, and fails clearly once the input is another', async () => {
  const box = sandbox();
  box.write('sales.csv', 'shop,sold\na,1\nb,2\na,3\n');
  box.write('src/entry.mjs', 'export const run = (table) => [...table].map(({ sold }) => sold);\n');
  box.write(
    'job.yml',
    `type: parallel
inputs: {sales: {type: uri_file, path: ./sales.csv}}
outputs: {rows: {type: uri_file}}
input_data: \${{inputs.sales}}
partition_keys: [shop]
max_concurrency_per_instance: 1
task: {type: run_function, code: ./src, entry_script: entry.mjs, append_row_to: '\${{outputs.rows}}'}
`,
  );
  const run = await box.prl(['run', '.', '--name', 'sales']);
  expect(run.stderr).toContain('Completed');
  const debugged = box.start(['job', 'debug', 'sales', '--mini-batch', '0']);
  attach(await debugged.printed(/ws:\/\/\S+/));
  expect(await debugged.result).toMatchObject({ code: 0, stdout: '1\n3\n' });
  box.write('sales.csv', 'shop,sold\nb,2\n');
  const changed = await box.prl(['job', 'debug', 'sales', '--mini-batch', '0']);
  expect(changed).toMatchObject({ code: 2, stdout: '' });
  expect(changed.stderr).toContain('has changed since it ran');
});

test('a mini-batch that is not there, a job without parallel steps', async () => {
  const box = sandbox();
  await finishedJob(box, 'entry.ts', 'export const run = (files: string[]) => files;');
  const beyond = await box.prl(['job', 'debug', 'letters', '--mini-batch', '3']);
  expect(beyond).toMatchObject({ code: 2, stdout: '' });
  expect(beyond.stderr).toContain('numbered from 0 to 2');
  const step = await box.prl(['job', 'debug', 'letters', '--mini-batch', '0', '--step', 'score']);
  expect(step.code).toBe(2);
  expect(step.stderr).toContain('its parallel steps are main');
});

test('the script sees the folders of its inputs in name order, as it did when it ran', async () => {
  const box = sandbox();
  const script = 'import os\n\n\ndef run(mini_batch):\n    return [" ".join(os.listdir(os.path.dirname(mini_batch[0])))]\n';
  await finishedJob(box, 'entry.py', script);
  const names = ['q', 'z', 'a', 'm', 'b', 'x', 'k'];
  for (const name of names) box.write(`in/${name}`, '');
  const { stdout } = await box.prl(['job', 'debug', 'letters', '--mini-batch', '0'], { stdin: 'continue\n' });
  expect(stdout).toContain(`${['a.txt', 'b.txt', 'c.txt', ...names].toSorted().join(' ')}\n`);
});

/** A job of two steps: the entry script of the first fails while it is loaded. */
async function failedJob(box: Sandbox): Promise<void> {
  box.write('in/a.txt', 'a');
  box.write('src/entry.py', 'import no_such_module_at_all\n\n\ndef run(mini_batch):\n    return mini_batch\n');
  box.write(
    'job.yml',
    `type: pipeline
jobs:
  score:
    type: parallel
    inputs: {letters: {type: uri_folder, path: ./in}}
    outputs: {rows: {type: uri_folder, path: ./out/rows}}
    input_data: \${{inputs.letters}}
    task: {type: run_function, code: ./src, entry_script: entry.py, append_row_to: '\${{outputs.rows}}'}
  after:
    type: command
    command: cat \${{inputs.rows}}/*
    inputs: {rows: '\${{parent.jobs.score.outputs.rows}}'}
    outputs: {all: {type: uri_folder, path: ./out/all}}
`,
  );
  expect((await box.prl(['run', '.', '--name', 'failed'])).code).toBe(1);
}

test('a module that the interpreter has not is told with what to do about it', async () => {
  const box = sandbox();
  await failedJob(box);
  const { code, stderr } = await box.prl(['job', 'debug', 'failed', '--mini-batch', '0']);
  expect(code).toBe(1);
  expect(stderr).toContain("No module named 'no_such_module_at_all'");
  expect(stderr).toContain('Install the package that brings it for this interpreter');
});

test('the job and the places of its outputs stay as they are', async () => {
  const box = sandbox();
  await failedJob(box);
  rmSync(box.path('out'), { recursive: true });
  rmSync(box.path('home/jobs/failed/steps/after'), { recursive: true });
  const tree = () =>
    readdirSync(box.directory, { recursive: true })
      .filter((path) => !String(path).startsWith('home/store.db'))
      .toSorted();
  const before = tree();
  expect((await box.prl(['job', 'debug', 'failed', '--mini-batch', '0'])).code).toBe(1);
  expect(tree()).toEqual(before);
});
