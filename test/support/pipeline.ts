/** Pipelines as their users see them: run through the command line, read from its JSON. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PrlResult, Sandbox } from './prl.ts';

export interface ShownPipeline {
  readonly status: string;
  readonly error?: string;
  readonly steps: Readonly<
    Record<string, { readonly status: string; readonly exit_code?: number; readonly error?: string; readonly reused_from?: string }>
  >;
}

export interface PipelineRun extends PrlResult {
  readonly job: ShownPipeline;
}

export async function runPipeline(
  box: Sandbox,
  name: string,
  args: readonly string[] = ['pipeline.yml'],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<PipelineRun> {
  const result = await box.prl(['run', ...args, '--name', name, '--output', 'json'], { env });
  if (result.stdout === '') throw new Error(`prl run said nothing on stdout:\n${result.stderr}`);
  return { ...result, job: JSON.parse(result.stdout) };
}

/** What a command step printed. */
export function printed(box: Sandbox, job: string, step: string): string {
  return readFileSync(join(box.home, 'jobs', job, 'steps', step, 'logs', 'user', 'std_log.txt'), 'utf8');
}

export function statuses(job: ShownPipeline): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(job.steps).map(([name, { status }]) => [name, status]));
}
