/** Brings the outputs of a step to their object stores. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../../data/stores/store.ts';
import { UploadError, uploadFailed } from '../../data/upload/upload-error.ts';
import { RequestError } from '../../errors/types.ts';
import { formatCount } from '../../events/format.ts';
import { monotonicNow } from '../../os/clock.ts';
import { openFarOutput, uploadRoots } from '../bind/far-output.ts';
import type { BoundOutput, FarPlace } from '../bind/outputs.ts';
import type { JobContext } from '../context.ts';

type FarOutput = BoundOutput & { readonly far: FarPlace };

/** Those that go up from this machine. */
export function farOutputs(step: string, { outputs }: Pick<JobContext, 'outputs'>): readonly FarOutput[] {
  return (outputs.get(step) ?? []).filter((output): output is FarOutput => output.far !== undefined && !output.far.isDirect);
}

/** Steps that follow may read what the step writes here, before it is anywhere else. */
export function isRead(step: string, { graph }: Pick<JobContext, 'graph'>): boolean {
  return [...graph.steps.values()].some(({ after }) => after.includes(step));
}

/** What is there already is not sent again. @throws RequestError that names the output, the reason of `kill` when that says to stop */
export async function uploadOutputs(step: string, context: JobContext): Promise<void> {
  for (const output of farOutputs(step, context)) await uploadOutput(step, output, context);
}

/** Milliseconds between two words about an upload. */
const tellEvery = 10_000;

async function uploadOutput(step: string, output: FarOutput, { job, here, control }: JobContext): Promise<void> {
  const { name, far } = output;
  const { folder, prefix } = uploadRoots(output, far);
  if (!existsSync(folder)) return;
  const notes = join(job.layout.step(step).uploads, name);
  let told = monotonicNow();
  const onProgress = (files: number, bytes: number): void => {
    if (monotonicNow() - told < tellEvery) return;
    told = monotonicNow();
    const message = `The output ${name} goes up to ${far.address}: ${formatCount(files)} files, ${formatCount(Math.round(bytes / 1e6))} MB so far.`;
    control.emit({ type: 'notice', level: 'info', step, message });
  };
  try {
    const { uploadTree } = await import('../../data/upload/tree.ts');
    await uploadTree({
      writer: await openFarOutput(far, here.environmentVariables),
      folder,
      prefix,
      notes,
      signal: control.kill,
      onProgress,
    });
  } catch (cause) {
    control.kill.throwIfAborted();
    const error = cause instanceof StoreError ? new UploadError(far.address, cause) : cause;
    if (!(error instanceof UploadError)) throw cause;
    throw new RequestError({ code: 'upload-failed', message: uploadFailed(name, error) }, { cause });
  }
}

/** What lies here of outputs that are in their stores. */
export function dropCopies(steps: Iterable<string>, { job }: JobContext): void {
  for (const step of steps) rmSync(job.layout.step(step).outputs, { recursive: true, force: true });
}
