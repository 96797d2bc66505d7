/**
 * One small job of each kind, run while a fault waits at one of its coordinator's writes, then carried on with and held against
 * what an undisturbed run makes.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../src/errors/thrown.ts';
import { RequestError } from '../../../src/errors/types.ts';
import { isFinal } from '../../../src/events/fold.ts';
import { createJob } from '../../../src/jobs/create.ts';
import { downloadJob } from '../../../src/jobs/download.ts';
import { runJobHere } from '../../../src/jobs/run-here.ts';
import { listJobs, type ShownJob, showJob } from '../../../src/jobs/show.ts';
import { loadJob } from '../../../src/language/index.ts';
import { processContext } from '../../../src/os/process-context.ts';
import { openStore, type RunStore } from '../../../src/store/store.ts';
import { processesWith } from '../processes.ts';
import type { FaultKind } from './kinds.ts';

const main = join(import.meta.dirname, '..', '..', '..', 'src', 'cli', 'main.ts');
const inject = join(import.meta.dirname, 'inject.ts');
const compileCache = join(tmpdir(), 'prl-test-compile-cache');

export interface JobKind {
  readonly files: Readonly<Record<string, string>>;
  /** The named outputs of the job and what they hold, file by file. */
  readonly expected: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Mini-batches of its parallel steps. */
  readonly miniBatches: Readonly<Record<string, number>>;
  /** It is run once to its end before the fault, so that there is something to take over. */
  readonly ranBefore?: boolean;
}

const letters = ['a', 'b', 'c', 'd', 'e'];
const inputs = Object.fromEntries(letters.map((name) => [`in/${name}.txt`, `${name}1\n${name}2\n`]));

function parallel(script: string, more: string): string {
  return `type: parallel
inputs: {data: {type: ${more.includes('KB') ? 'uri_file, path: ./table.csv' : 'uri_folder, path: ./in'}}}
outputs: {rows: {type: uri_file, path: ./out/${script.endsWith('.py') ? 'rows.txt' : 'rows.csv'}}}
input_data: \${{inputs.data}}
max_concurrency_per_instance: 1
${more}
task: {type: run_function, code: ./code, entry_script: ${script}, append_row_to: "\${{outputs.rows}}"}
`;
}

const python = "import os\ndef run(files):\n    return [os.path.basename(f) + ' ' + open(f).readline().strip() for f in files]\n";
const typescript = `import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
export const run = (files: string[]) => files.map((f) => ({ name: basename(f), first: readFileSync(f, 'utf8').slice(0, 2) }));
`;
const lines = typescript.replace(/\(\{ name(.*?)\}\)/, '`${basename(f)} ${readFileSync(f, "utf8").slice(0, 2)}`');
const table = 'export const run = (rows: Iterable<{ n: number }>) => [...rows].map(({ n }) => ({ n, twice: 2 * n }));\n';
const tableRows = 2000;

const pipeline = {
  files: {
    ...inputs,
    'code/lines.ts': lines,
    'job.yml': `type: pipeline
outputs: {rows: {type: uri_file}, copies: {type: uri_folder}}
jobs:
  copy:
    type: command
    command: cp \${{inputs.data}}/* \${{outputs.copies}}/
    inputs: {data: {type: uri_folder, path: ./in}}
    outputs: {copies: "\${{parent.outputs.copies}}"}
  outer:
    type: pipeline
    component: ./inner.yml
    inputs: {data: "\${{parent.jobs.copy.outputs.copies}}"}
    outputs: {rows: "\${{parent.outputs.rows}}"}
`,
    'inner.yml': `$schema: https://azuremlschemas.azureedge.net/latest/pipelineComponent.schema.json
type: pipeline
inputs: {data: {type: uri_folder}}
outputs: {rows: {type: uri_file}}
jobs:
  score:
    type: parallel
    inputs: {data: "\${{parent.inputs.data}}"}
    outputs: {rows: "\${{parent.outputs.rows}}"}
    input_data: \${{inputs.data}}
    mini_batch_size: "1"
    max_concurrency_per_instance: 1
    task: {type: run_function, code: ./code, entry_script: lines.ts, append_row_to: "\${{outputs.rows}}"}
`,
  },
  expected: {
    copies: Object.fromEntries(letters.map((name) => [`${name}.txt`, `${name}1\n${name}2\n`])),
    rows: { 'parallel_run_step.txt': letters.map((name) => `${name}.txt ${name}1\n`).join('') },
  },
  miniBatches: { 'outer.score': letters.length },
} as const satisfies JobKind;

export const jobKinds = {
  files: {
    files: { ...inputs, 'code/score.py': python, 'job.yml': parallel('score.py', 'mini_batch_size: "1"') },
    expected: { rows: { 'rows.txt': letters.map((name) => `${name}.txt ${name}1\n`).join('') } },
    miniBatches: { main: letters.length },
  },
  typescript: {
    files: { ...inputs, 'code/score.ts': typescript, 'job.yml': parallel('score.ts', 'mini_batch_size: "1"') },
    expected: { rows: { 'rows.csv': `name,first\n${letters.map((name) => `${name}.txt,${name}1\n`).join('')}` } },
    miniBatches: { main: letters.length },
  },
  table: {
    files: {
      'table.csv': `n\n${Array.from({ length: tableRows }, (_, n) => `${n}\n`).join('')}`,
      'code/score.ts': table,
      'job.yml': parallel('score.ts', 'mini_batch_size: "2KB"'),
    },
    expected: { rows: { 'rows.csv': `n,twice\n${Array.from({ length: tableRows }, (_, n) => `${n},${2 * n}\n`).join('')}` } },
    miniBatches: { main: 5 },
  },
  command: {
    files: {
      ...inputs,
      'job.yml': `type: command
command: cat \${{inputs.data}}/*.txt > \${{outputs.all}}/all.txt
inputs: {data: {type: uri_folder, path: ./in}}
outputs: {all: {type: uri_folder}}
`,
    },
    expected: { all: { 'all.txt': letters.map((name) => `${name}1\n${name}2\n`).join('') } },
    miniBatches: {},
  },
  pipeline,
  /** Takes what an earlier job made. */
  reuse: { ...pipeline, ranBefore: true },
} as const satisfies Readonly<Record<string, JobKind>>;

export type KindName = keyof typeof jobKinds;

export interface Trial {
  readonly kind: KindName;
  readonly fault: FaultKind;
  /** The fault waits at this call, counted from 1. */
  readonly at: number;
}

export interface Verdict {
  /** Calls that the coordinator made, where it lived to say so. */
  readonly calls?: number;
  readonly ended: string;
  /** What is not as it should be. */
  readonly wrong: readonly string[];
}

/** Runs the job into the fault, carries on with it, and compares. */
export async function tryCrashPoint({ kind, fault, at }: Trial): Promise<Verdict> {
  const job: JobKind = jobKinds[kind];
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'prl-crash-')));
  const wrong: string[] = [];
  try {
    for (const [file, text] of Object.entries(job.files)) {
      mkdirSync(dirname(join(directory, file)), { recursive: true });
      writeFileSync(join(directory, file), text);
    }
    const store = () => openStore(join(directory, 'home'), () => {});
    if (job.ranBefore === true) await withStore(store, (open) => run(open, directory, 'before'));
    const faulted = await runFaulted(directory, fault, at);
    const left = await leftProcesses(directory);
    if (left.length > 0) wrong.push(`left running: ${left.join(', ')}`);
    if (/^ {4}at |Internal error/m.test(faulted.stderr)) wrong.push(`stack trace: ${faulted.stderr.slice(0, 2000)}`);
    if (faulted.code !== null && ![0, 1, 2, 130].includes(faulted.code))
      wrong.push(`exit code ${faulted.code}: ${faulted.stderr.slice(-600)}`);
    const ended = faulted.code === null ? 'killed' : `exit ${faulted.code}`;
    try {
      await withStore(store, async (open) => {
        if (faulted.code !== null) wrong.push(...(await agrees(open, faulted, fault)));
        const ends = await carryOn(open, directory);
        if (ends.length > 2) wrong.push(`resumed ${ends.length} times: ${ends.join('; ')}`);
        const refused = fault !== 'kill' && fault !== 'torn' && fault !== 'power' && fault !== 'none';
        wrong.push(...(await compare(open, directory, job, !refused)));
      });
    } catch (error) {
      wrong.push(`resume: ${error instanceof RequestError ? messageOf(error) : error instanceof Error ? error.stack : String(error)}`);
    }
    const calls = faulted.calls;
    return { ended, wrong, ...(calls !== undefined && { calls }) };
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

async function withStore<T>(open: () => Promise<RunStore>, work: (store: RunStore) => Promise<T>): Promise<T> {
  const store = await open();
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

async function run(store: RunStore, directory: string, name: string): Promise<void> {
  const { spec } = await loadJob(join(directory, 'job.yml'));
  await createJob(store, spec, { name });
  await runJobHere(contextIn(directory), store, name);
}

function contextIn(directory: string) {
  return processContext({ ...process.env, PARALLELRUN_HOME: join(directory, 'home'), TRIAL: directory });
}

interface Faulted {
  readonly code: number | null;
  readonly stderr: string;
  readonly calls?: number;
}

function runFaulted(directory: string, fault: FaultKind, at: number): Promise<Faulted> {
  const counted = join(directory, 'count');
  const child = spawn(process.execPath, ['--import', inject, main, 'run', 'job.yml', '--name', 'j'], {
    cwd: directory,
    env: {
      ...process.env,
      PARALLELRUN_HOME: join(directory, 'home'),
      TRIAL: directory,
      NODE_COMPILE_CACHE: compileCache,
      FAULT: `${fault}:${at}`,
      FAULT_COUNT: counted,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 60_000,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const read = new Promise((resolve) => child.stderr.once('close', resolve));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', async (code) => {
      // Whoever is left may hold stderr.
      await Promise.race([read, sleep(500)]);
      child.stderr.destroy();
      const calls = existsSync(counted) ? Number(readFileSync(counted, 'utf8')) : undefined;
      resolve({ code, stderr, ...(calls !== undefined && { calls }) });
    });
  });
}

/** What still runs when its coordinator has been gone for a while. */
async function leftProcesses(directory: string): Promise<readonly number[]> {
  for (let look = 0; look < 100; look += 1) {
    if (processesWith(`TRIAL=${directory}`).length === 0) return [];
    await sleep(50);
  }
  return processesWith(`TRIAL=${directory}`);
}

/** The exit code says what the job's own facts say. */
async function agrees(store: RunStore, { code, stderr }: Faulted, fault: FaultKind): Promise<readonly string[]> {
  const known = store.jobs.list().some(({ name }) => name === 'j');
  const status = known ? (await showJob(store, 'j')).status : 'none';
  const wanted = { 0: ['Completed'], 1: ['Failed', 'NotStarted'], 2: ['none'], 130: ['Canceled'] }[code ?? -1] ?? [];
  // Where nothing can be written, nothing can be taken back, nor the end written down.
  if (wanted.includes(status) || (code !== 0 && (fault === 'EROFS' || fault === 'ENOSPC'))) return [];
  return [`exit ${code}, and the job is ${status}: ${stderr.slice(-500)}`];
}

/** Resumes until the job has completed; how it ended each time. */
async function carryOn(store: RunStore, directory: string): Promise<readonly string[]> {
  const ends: string[] = [];
  let known = true;
  try {
    store.jobs.get('j');
  } catch {
    known = false;
  }
  if (!known) {
    await run(store, directory, 'j');
    return ends;
  }
  await listJobs(store);
  const before = await showJob(store, 'j');
  if (!isFinal(before.status) && before.status !== 'NotStarted') ends.push(`shown as ${before.status}`, '', '');
  for (let resumes = 0; resumes < 4; resumes += 1) {
    if ((await showJob(store, 'j')).status === 'Completed') return ends;
    const { status, error } = await runJobHere(contextIn(directory), store, 'j');
    ends.push(`${status} ${error ?? ''}`);
  }
  return ends;
}

/** @param logged every log could be written */
async function compare(store: RunStore, directory: string, job: JobKind, logged: boolean): Promise<readonly string[]> {
  const wrong: string[] = [];
  const shown = await showJob(store, 'j');
  const check = (what: string, found: unknown, wanted: unknown) => {
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
      wrong.push(`${what}: ${JSON.stringify(found)?.slice(0, 300)}, expected ${JSON.stringify(wanted)?.slice(0, 300)}`);
    }
  };
  check('job', shown.status, 'Completed');
  check('listed', (await listJobs(store)).find(({ name }) => name === 'j')?.status, 'Completed');
  check(
    'steps',
    Object.values(shown.steps).map(({ status }) => status),
    Object.values(shown.steps).map(() => 'Completed'),
  );
  for (const [step, total] of Object.entries(job.miniBatches)) {
    check(`counts of ${step}`, countsOf(shown, step), { total, done: total, failed: 0 });
    const ran = logged && shown.steps[step]?.reused_from === undefined;
    if (ran && !existsSync(join(store.layout('j').step(step).logs, 'job_result.txt'))) wrong.push(`${step} has no job_result.txt`);
  }
  for (const [output, files] of Object.entries(job.expected)) {
    try {
      const [folder = ''] = await downloadJob(store, 'j', { outputName: output, downloadPath: join(directory, 'download') });
      check(`output ${output}`, contentsOf(folder), files);
    } catch (error) {
      wrong.push(`download of ${output}: ${messageOf(error)}`);
    }
  }
  const lines = readFileSync(store.layout('j').events, 'utf8').split('\n').slice(0, -1);
  const numbers = lines.map((line) => (JSON.parse(line) as { n: number }).n);
  check(
    'numbers of events',
    numbers,
    numbers.map((_, i) => i + 1),
  );
  const litter = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(partial|tmp|part)$/.test(name));
  check('litter', litter, []);
  const left = await leftProcesses(directory);
  if (left.length > 0) wrong.push(`left running after the resume: ${left.join(', ')}`);
  return wrong;
}

function countsOf(shown: ShownJob, step: string): unknown {
  const { total, done, failed } = shown.steps[step]?.mini_batches ?? {};
  return { total, done, failed };
}

function contentsOf(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
