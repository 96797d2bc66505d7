/** What an earlier life of a job wrote down and was killed before it had told. */
import { finishedRun } from '../../parallel/record/state-files.ts';
import { emitStatus, type JobContext } from '../context.ts';

/** Steps that have completed, and whose telling is missing among the job's events. */
export function tellAgain({ job, records, control }: JobContext): void {
  for (const [step, { status, reusedFrom, exitCode }] of records) {
    const told = job.told !== undefined && Object.hasOwn(job.told.steps, step) ? job.told.steps[step] : undefined;
    if (status !== 'Completed' || told?.status === 'Completed') continue;
    const finished = reusedFrom === undefined ? finishedRun(job.layout.step(step).state) : undefined;
    if (finished !== undefined) control.emit({ type: 'step_summary', step, ...finished });
    emitStatus(control.emit, step, 'Completed', {
      ...(reusedFrom !== undefined && { reusedFrom }),
      ...(exitCode !== undefined && { exitCode }),
    });
  }
}
