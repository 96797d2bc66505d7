/** Runs jobs through the installed command, as a user does, each in a home of its own. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { JobEvent } from '../src/events/types.ts';
import { type Measured, runProcess } from './measure.ts';
import type { Bench } from './types.ts';

const scripts = join(import.meta.dirname, 'scripts');
const command = join(import.meta.dirname, '..', 'bin', 'prl.js');

export interface BenchJob {
  /** In `bench/scripts/`. */
  readonly script: string;
  readonly input: { readonly type: 'uri_folder' | 'uri_file'; readonly path: string };
  readonly miniBatchSize: string;
  /** Name of the append_row output file; absent: summary only. */
  readonly appendRow?: string;
  readonly arguments?: string;
  /** Default: 2. */
  readonly workers?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** As a job file has it. */
  readonly environment?: unknown;
  /** One that stays. Default: a fresh one. */
  readonly home?: string;
}

export interface JobRun extends Measured {
  readonly events: readonly JobEvent[];
  /** Epoch milliseconds at which the command was started. */
  readonly startedAt: number;
}

/** `read` looks at what the job left behind before it is deleted. */
export async function runJob(bench: Bench, job: BenchJob, read: (output: string) => unknown = () => {}): Promise<JobRun> {
  const folder = mkdtempSync(join(bench.folder, 'job-'));
  const home = job.home ?? join(folder, 'home');
  const output = join(folder, 'output', job.appendRow ?? 'none');
  mkdirSync(join(folder, 'output'));
  const name = basename(folder).toLowerCase();
  const file = join(folder, 'job.yml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(jobFile(job, output)));
  const env = { PARALLELRUN_HOME: home, PARALLELRUN_PYTHON: bench.python, ...job.env };
  const startedAt = Date.now();
  const measured = await runProcess(
    process.execPath,
    [command, 'run', file, '--name', name, ...(job.workers === undefined ? [] : ['--oversubscribe'])],
    { env, memory: true },
  );
  await read(output);
  const events = readFileSync(join(home, 'jobs', name, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JobEvent);
  rmSync(folder, { recursive: true });
  return { ...measured, events, startedAt };
}

function jobFile(job: BenchJob, output: string): unknown {
  return {
    type: 'parallel',
    inputs: { data: job.input },
    outputs: { out: { type: 'uri_file', path: output } },
    input_data: '${{inputs.data}}',
    mini_batch_size: job.miniBatchSize,
    max_concurrency_per_instance: job.workers ?? 2,
    resources: { instance_count: 1 },
    error_threshold: 0,
    task: {
      type: 'run_function',
      code: scripts,
      entry_script: job.script,
      ...(job.arguments === undefined ? {} : { program_arguments: job.arguments }),
      ...(job.environment === undefined ? {} : { environment: job.environment }),
      ...(job.appendRow === undefined ? {} : { append_row_to: '${{outputs.out}}' }),
    },
  };
}

/** Seconds from the start of the step to when its planning was known to be complete. */
export function planningSeconds(events: readonly JobEvent[]): number {
  const began = events.find((event) => event.type === 'step_status' && event.status === 'Running');
  const planned = events.find((event) => event.type === 'progress' && event.miniBatches.planned);
  if (began === undefined || planned === undefined) throw new Error('the job told nothing of its planning');
  return (Date.parse(planned.time) - Date.parse(began.time)) / 1000;
}
