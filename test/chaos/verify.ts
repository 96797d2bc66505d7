/** What a user may rely on after a job has completed, whatever happened to it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ShownJob } from '../support/parallel-job.ts';
import type { ChaosJob } from './job.ts';
import { leftOf } from './victims.ts';

interface Commands {
  prl(args: readonly string[]): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

/** @returns a sentence for each thing that is not right */
export async function verify(directory: string, name: string, job: ChaosJob, commands: Commands): Promise<readonly string[]> {
  const wrong: string[] = [];
  const check = (isRight: boolean, sentence: () => string) => {
    if (!isRight) wrong.push(sentence());
  };

  const output = existsSync(job.output) ? readFileSync(job.output, 'utf8') : undefined;
  check(output === job.expected, () => `the output ${difference(output, job.expected)}`);
  const beside = readdirSync(dirname(job.output)).filter((file) => file.includes(basename(job.output)) && file !== basename(job.output));
  check(beside.length === 0, () => `beside the output lies ${beside.join(', ')}`);

  const shown = await commands.prl(['job', 'show', '--name', name, '--output', 'json']);
  if (shown.code === 0) {
    const { status, steps } = JSON.parse(shown.stdout) as ShownJob;
    check(status === 'Completed', () => `the job is told as ${status}`);
    for (const [step, { status }] of Object.entries(steps)) check(status === 'Completed', () => `step ${step} is told as ${status}`);
    const { mini_batches: miniBatches, items } = steps[job.step] ?? {};
    check(
      miniBatches !== undefined && miniBatches.done + miniBatches.failed === miniBatches.total,
      () => `mini-batches: ${JSON.stringify(miniBatches)}`,
    );
    for (const key of ['total', 'done', 'failed'] as const) {
      check(items?.[key] === job.items[key], () => `items.${key} is ${items?.[key]}, not ${job.items[key]}`);
    }
  } else wrong.push(`job show: exit ${shown.code}: ${shown.stderr}`);

  const streamed = await commands.prl(['job', 'stream', '--name', name, '--output', 'json']);
  const numbers = streamed.stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { n: number }).n);
  const gap = numbers.findIndex((n, index) => n !== index + 1);
  check(gap === -1, () => `events: number ${gap + 1} is ${numbers[gap]}`);

  const target = join(directory, 'downloaded');
  const download = await commands.prl(['job', 'download', '--name', name, '--output-name', 'rows', '--download-path', target]);
  const copy = join(target, 'named-outputs', 'rows', basename(job.output));
  check(
    download.code === 0 && existsSync(copy) && readFileSync(copy, 'utf8') === job.expected,
    () => `download: exit ${download.code}: ${download.stderr}`,
  );

  // What was killed needs a moment to be gone.
  for (let waited = 0; leftOf(directory).length > 0 && waited < 100; waited += 1) await pause(50);
  const left = leftOf(directory).map((pid) => `${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`);
  check(left.length === 0, () => `still alive: ${left.join('; ')}`);
  return wrong;
}

function difference(found: string | undefined, expected: string): string {
  if (found === undefined) return 'is not there';
  const lines = found.split('\n');
  const wanted = expected.split('\n');
  const at = wanted.findIndex((line, index) => line !== lines[index]);
  const line = at === -1 ? wanted.length : at;
  return `has ${lines.length - 1} rows, not ${wanted.length - 1}; line ${line + 1} is ${JSON.stringify(lines[line])}, not ${JSON.stringify(wanted[line])}`;
}
