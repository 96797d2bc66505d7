/** Opens what an earlier life of the step left, or begins anew: what a step's run works with. */
import { join } from 'node:path';
import { formatNumberOf } from '../events/format.ts';
import type { Emit } from '../events/types.ts';
import type { Closers } from '../os/closers.ts';
import type { Compute, WorkerOrder } from '../workers/compute.ts';
import type { ItemRange } from '../workers/protocol/messages.ts';
import { appendRowSettings } from './assemble/append-row.ts';
import { OutputFile } from './assemble/output-file.ts';
import { describeMiniBatch } from './plan/describe.ts';
import { descriptorsOf } from './plan/manifest.ts';
import { beginPlanning, type Planning } from './plan/planning.ts';
import { Recorder } from './record/recorder.ts';
import type { StateFiles } from './record/state-files.ts';
import { startResourceMonitor } from './tell/resources.ts';
import { StepTeller } from './tell/step-teller.ts';
import type { ParallelRun } from './types.ts';

export interface StepParts {
  readonly planning: Planning;
  readonly recorder: Recorder;
  /** Absent in a step that keeps no rows. */
  readonly output: OutputFile | undefined;
  readonly teller: StepTeller;
  /** For a worker that writes this segment. */
  readonly order: (segment: number) => WorkerOrder;
  /** A mini-batch in words, from its descriptor, or a part of it. */
  readonly describe: (text: string, part?: ItemRange) => string;
}

/**
 * What is open when this throws is in `closers`, as it is later.
 * @param check see `RecorderSetup`
 * @throws RequestError when the step cannot be run as it is; the system's error when its record cannot be read
 */
export async function openStep(
  run: ParallelRun,
  emit: Emit,
  state: StateFiles,
  compute: Compute,
  closers: Closers,
  check: 'unsynced' | 'all' = 'unsynced',
): Promise<StepParts> {
  const { step, output: target, settings } = run;
  const rows = target.kind === 'append_row' ? appendRowSettings(join(run.workingDirectory, run.entryScript), target.file) : undefined;
  const planning = await beginPlanning(run, state);
  const { manifest, readers } = planning;
  closers.use(manifest, () => manifest.close());
  closers.use(compute.segments, (segments) => segments.close());
  const describe = (text: string, part?: ItemRange) => describeMiniBatch(text, readers, part);
  const slots = () => compute.nodes.flatMap((node) => node.slots);
  const workerName = (slot: number) => slots().find(({ number }) => number === slot)?.label ?? `worker ${slot}`;
  const codeVersion = Math.max(0, run.codeHashes.length - 1);
  const recorder = await Recorder.open({
    codeVersion,
    ledger: state.ledger,
    segments: compute.segments,
    workerName,
    describe,
    manifest,
    missingFail: settings.errorThreshold >= 0,
    check,
  });
  closers.use(recorder, () => recorder.close(false));
  const slowest = descriptorsOf(state.manifest, new Set(recorder.tally.slowest.map(({ miniBatch }) => miniBatch)));
  recorder.tally.describeSlowest(new Map([...slowest].map(([index, text]) => [index, describe(text)])));
  const logs = join(run.directory, 'logs');
  const teller = closers.use(new StepTeller(step, emit, logs, state.failures), (opened) => opened.close());
  const workers = formatNumberOf(slots().length, 'worker');
  const nodes = formatNumberOf(compute.nodes.length, 'node');
  teller.decided(`${run.entryScript} in ${run.workingDirectory} runs with ${compute.program}, in up to ${workers} on ${nodes}`);
  if (compute.threads !== undefined) teller.decided(threadsTold(compute.threads));
  const source = {
    segments: compute.segments,
    miniBatches: recorder.miniBatches,
    rows: () => recorder.tally.returned,
    isNew: recorder.tally.miniBatches.done === 0,
  };
  const output =
    target.kind === 'append_row' && rows !== undefined
      ? closers.use(new OutputFile(target, rows.form, state, source), (opened) => opened.close())
      : undefined;
  const interval = settings.predefined.resourceMonitorInterval;
  if (interval > 0) {
    const monitor = startResourceMonitor(logs, interval, compute, (message) => teller.notice('warning', message));
    closers.use(monitor, () => monitor.close());
  }
  const order = (segment: number): WorkerOrder => ({
    readers,
    ...(rows !== undefined && { appendRow: { segment, settings: rows } }),
  });
  return { planning, recorder, output, teller, order, describe };
}

function threadsTold(threads: number): string {
  return `libraries may start ${formatNumberOf(threads, 'thread')} in each worker, its share of the cores: OMP_NUM_THREADS and its like are ${threads}; environment_variables of the job can say otherwise`;
}
