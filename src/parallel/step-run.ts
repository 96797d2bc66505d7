/** A parallel step while it runs: ties planning, crew, dispatcher, recorder and assembler together and decides on its end. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { RequestError } from '../errors/types.ts';
import { formatNumberOf } from '../events/format.ts';
import type { StepSummary } from '../events/types.ts';
import type { HostCommand } from '../workers/local/host.ts';
import type { Outcome } from '../workers/protocol/messages.ts';
import { appendRowSettings } from './assemble/append-row.ts';
import { OutputFile } from './assemble/output-file.ts';
import { Crew } from './dispatch/crew.ts';
import { describeExit } from './dispatch/death.ts';
import { type AttemptFailure, Dispatcher } from './dispatch/dispatcher.ts';
import { hostOf } from './dispatch/host.ts';
import type { Assignment } from './dispatch/queue.ts';
import { Queue } from './dispatch/queue.ts';
import { makeSlots } from './dispatch/slots.ts';
import { standstill } from './dispatch/stall.ts';
import type { Slot, Worker } from './dispatch/worker.ts';
import { describeMiniBatch, itemsOf } from './plan/describe.ts';
import { beginPlanning, type Planning } from './plan/planning.ts';
import { Recorder } from './record/recorder.ts';
import { readFact, removeFact, type StateFiles, writeFact } from './record/state-files.ts';
import { judge } from './record/thresholds.ts';
import { FailureTeller } from './tell/failures.ts';
import { openStepLogs, type StepLogs } from './tell/logs.ts';
import { ProgressTeller } from './tell/progress.ts';
import { cannotWrite, emptyInput, initFailed, nothingSucceeded, thresholdPassed } from './tell/report.ts';
import { type ResourceMonitor, startResourceMonitor } from './tell/resources.ts';
import { tellResult } from './tell/result.ts';
import type { ParallelResult, ParallelRun, RunControl } from './types.ts';

const tickMs = 100;
/** Against a loss of power, outcomes reach the disk at most so much later. */
const syncEveryMs = 200;

type Ending = { readonly kind: 'completed' } | { readonly kind: 'failed'; readonly error: string } | { readonly kind: 'interrupted' };

export class StepRun {
  /** Resolves when the step has ended, in whatever way, and nothing of it is left running. */
  readonly finished: Promise<ParallelResult>;
  readonly #run: ParallelRun;
  readonly #control: RunControl;
  readonly #state: StateFiles;
  readonly #slots: readonly Slot[];
  readonly #planning: Planning;
  readonly #recorder: Recorder;
  readonly #queue: Queue;
  readonly #crew: Crew;
  readonly #dispatcher: Dispatcher;
  readonly #logs: StepLogs;
  readonly #monitor: ResourceMonitor | undefined;
  readonly #output: OutputFile | undefined;
  readonly #progress: ProgressTeller;
  readonly #failures: FailureTeller;
  readonly #sync = process.env.PARALLELRUN_SYNC !== 'off';
  readonly #began = Date.now();
  readonly #stopPlanning = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #resolve: (result: ParallelResult) => void;
  readonly #reject: (error: unknown) => void;
  #planned = false;
  #ending: Ending | undefined;
  #closing = false;
  #stopBy = Number.POSITIVE_INFINITY;
  #syncedAt = Date.now();

  static async begin(run: ParallelRun, control: RunControl, state: StateFiles, nextSegment: number): Promise<StepRun> {
    const host = hostOf(run);
    const planning = await beginPlanning(run, state);
    const step = new StepRun(run, control, state, nextSegment, host, planning);
    step.#start();
    return step;
  }

  private constructor(
    run: ParallelRun,
    control: RunControl,
    state: StateFiles,
    nextSegment: number,
    host: HostCommand,
    planning: Planning,
  ) {
    this.#run = run;
    this.#control = control;
    this.#state = state;
    this.#planning = planning;
    ({ promise: this.finished, resolve: this.#resolve, reject: this.#reject } = Promise.withResolvers<ParallelResult>());
    this.#slots = makeSlots(run.nodes, run.workersPerNode, run.gpus);
    this.#recorder = Recorder.open(state, (slot) => this.#slots[slot]?.label ?? `worker ${slot}`);
    const { miniBatches } = this.#recorder;
    this.#queue = new Queue(
      planning.manifest,
      (index) => miniBatches.isOpen(index),
      (index) => miniBatches.failedAttempts(index),
    );
    const appendRow =
      run.output.kind === 'append_row' ? appendRowSettings(join(run.workingDirectory, run.entryScript), run.output.file) : undefined;
    this.#crew = new Crew(
      { run, host, readers: planning.readers, state, slots: this.#slots, appendRow, nextSegment },
      {
        ready: (worker) => {
          this.#logs.decided(`${worker.slot.label} is ready`);
          this.#dispatcher.feed();
        },
        report: (worker, report) => {
          if (!('type' in report) || report.type === 'failed') this.#dispatcher.report(worker, report);
          else if (report.type === 'header') this.#header(report.text);
          else if (report.type === 'notice') this.#notice(report.level, `${worker.slot.label}: ${report.message}`);
          else if (report.type === 'stopped' && report.error !== undefined) {
            this.#notice('warning', `${worker.slot.label}: shutdown() failed: ${report.error.stack ?? report.error.message}`);
          }
        },
        died: (worker, exit) => {
          const reason = worker.killed?.kind === 'timeout' ? 'it was killed: an attempt took too long' : describeExit(exit);
          control.emit({ type: 'worker_lost', step: run.step, worker: worker.slot.label, reason });
          this.#logs.decided(`${worker.slot.label} is lost: ${reason}`);
          this.#dispatcher.died(worker, exit);
          this.#grow();
        },
        gaveUp: (error, missingModule) => {
          const hint = missingModule === undefined ? undefined : run.missingModuleHint?.(missingModule);
          this.#fail(initFailed(error, hint));
        },
        left: () => {
          if (this.#ending === undefined) this.#grow();
          else if (this.#crew.size === 0) this.#close();
        },
      },
    );
    this.#dispatcher = new Dispatcher(this.#crew, this.#queue, run.settings, {
      done: (worker, ended) => this.#done(worker, ended),
      failed: (failure) => this.#failed(failure),
      giveUp: (message) => this.#fail(message),
      idle: () => this.#idle(),
    });
    this.#logs = openStepLogs(join(run.directory, 'logs'), (message) => this.#notice('warning', message));
    const { length } = this.#slots;
    this.#logs.decided(`${run.entryScript} runs with ${host.file}, in up to ${length} workers on ${formatNumberOf(run.nodes, 'node')}`);
    const unit = planning.readers.some((reader) => reader.kind === 'table') ? 'row' : 'file';
    this.#progress = new ProgressTeller(run.step, unit, control.emit, this.#logs, this.#crew, this.#recorder.tally);
    this.#failures = new FailureTeller(run.step, control.emit, this.#logs);
    this.#output = run.output.kind === 'append_row' ? new OutputFile(run.output.file, state, miniBatches) : undefined;
    const interval = run.settings.predefined.resourceMonitorInterval;
    this.#monitor =
      interval > 0
        ? startResourceMonitor(
            join(run.directory, 'logs'),
            interval,
            () => this.#monitored(),
            (message) => this.#notice('warning', message),
          )
        : undefined;
    this.#timer = setInterval(() => this.#guard(() => this.#tick(Date.now())), tickMs);
  }

  #start(): void {
    const { drain, kill } = this.#control;
    drain.addEventListener('abort', () => this.#drain(), { once: true });
    kill.addEventListener('abort', () => this.#kill(), { once: true });
    for (const notice of this.#planning.notices) this.#notice('info', notice);
    this.#guard(() => this.#forgive());
    void this.#plan();
    if (kill.aborted) this.#kill();
    else if (drain.aborted) this.#drain();
  }

  /** Whoever resumes a failed step has mended something: what had failed for good gets all its attempts again. */
  #forgive(): void {
    if (readFact(this.#state, 'failed') === undefined) return;
    const count = this.#recorder.reopenFailed();
    removeFact(this.#state, 'failed');
    if (count > 0) this.#notice('info', `${count} mini-batches that had failed are tried again.`);
  }

  async #plan(): Promise<void> {
    try {
      await this.#planning.finish(() => {
        this.#recorder.tally.planned(this.#planning.manifest.count, false);
        this.#grow();
        this.#dispatcher.feed();
      }, this.#stopPlanning.signal);
      if (this.#stopPlanning.signal.aborted) return;
      this.#planned = true;
      this.#recorder.tally.planned(this.#planning.manifest.count, true);
      this.#logs.decided(`planning is finished: ${this.#planning.manifest.count} mini-batches`);
      if (this.#planning.manifest.count === 0) this.#notice('warning', emptyInput(this.#run));
      this.#judge();
      this.#grow();
      this.#dispatcher.feed();
    } catch (error) {
      if (error instanceof RequestError) this.#fail(error.message);
      else this.#abort(error);
    }
  }

  /** As many workers as there is work for, at most one in each slot. */
  #grow(): void {
    if (this.#ending !== undefined) return;
    const { tally } = this.#recorder;
    const open = this.#planning.manifest.count - tally.finished;
    this.#crew.grow(Math.min(this.#slots.length, open));
  }

  #done(worker: Worker, ended: readonly { readonly assignment: Assignment; readonly outcome: Outcome }[]): void {
    this.#guard(() => {
      const texts = new Map<number, string>();
      for (const { assignment, outcome } of ended) {
        const [index, attempt, items, returned, offset, length, crc, started, loadMs, runMs] = outcome;
        texts.set(index, assignment.text);
        const base = { kind: 'done', index, attempt, items, returned, offset, length, crc, started, loadMs, runMs } as const;
        this.#recorder.add({ ...base, segment: worker.segment, worker: worker.slot.number });
      }
      this.#recorder.commit((record) => this.#describe(texts.get(record.index)));
      this.#judge();
    });
  }

  #failed(failure: AttemptFailure): void {
    this.#guard(() => {
      const { assignment, worker, error, final, started, loadMs, runMs } = failure;
      // Rows of a byte range that could not be read are not known: they count as one item.
      const items = failure.items ?? itemsOf(assignment.text) ?? 1;
      const where = { segment: 0, offset: 0, length: 0, crc: 0, worker: worker.slot.number };
      const { index, attempt } = assignment;
      const kind = final ? 'failed' : 'attempt_failed';
      this.#recorder.add({ kind, index, attempt, items, returned: 0, ...where, started, loadMs, runMs });
      this.#recorder.commit(() => this.#describe(assignment.text));
      this.#failures.tell({ miniBatch: index, attempt, worker: worker.slot.label, error, final, what: this.#describe(assignment.text) });
      this.#judge();
    });
  }

  #judge(): void {
    const { tally } = this.#recorder;
    const totalMiniBatches = this.#planned ? this.#planning.manifest.count : undefined;
    const verdict = judge(
      { failedItems: tally.items.failed, failedMiniBatches: tally.miniBatches.failed, totalMiniBatches },
      this.#run.settings,
    );
    if (verdict.kind === 'exceeded') this.#fail(thresholdPassed(verdict, this.#logs.errors));
  }

  #idle(): void {
    if (this.#ending !== undefined) return;
    const { tally } = this.#recorder;
    if (this.#planned && tally.finished === this.#planning.manifest.count) {
      const nothing = this.#run.output.kind === 'append_row' && tally.items.total > 0 && tally.returned === 0;
      this.#end(nothing ? { kind: 'failed', error: nothingSucceeded(tally.items.total, this.#logs.errors) } : { kind: 'completed' });
    } else if (this.#control.drain.aborted) this.#end({ kind: 'interrupted' });
  }

  #drain(): void {
    this.#logs.decided('asked to stop: running attempts finish, no others begin');
    this.#stopPlanning.abort();
    this.#dispatcher.drain();
  }

  #kill(): void {
    this.#end({ kind: 'interrupted' });
    this.#crew.killAll();
    if (this.#crew.size === 0) this.#close();
  }

  #header(text: string): void {
    const wrong = this.#output?.header(text);
    if (wrong !== undefined) this.#fail(wrong);
  }

  #fail(error: string): void {
    this.#end({ kind: 'failed', error });
  }

  /** The first reason to end counts. */
  #end(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#stopPlanning.abort();
    this.#crew.close();
    if (ending.kind === 'failed') this.#crew.killAll();
    else for (const worker of this.#crew.workers) worker.stop();
    this.#stopBy = Date.now() + this.#run.settings.timeout * 1000;
    if (this.#crew.size === 0) this.#close();
  }

  #tick(now: number): void {
    if (this.#ending !== undefined) {
      if (now > this.#stopBy) this.#crew.killAll();
      return;
    }
    this.#dispatcher.enforceTimeouts(now);
    const still = standstill(now, this.#began, this.#dispatcher.progressed, this.#run.settings, this.#crew);
    if (still !== undefined) this.#fail(still);
    this.#progress.tell(now);
    if (now - this.#syncedAt >= syncEveryMs && this.#sync) {
      this.#syncedAt = now;
      this.#recorder.sync((error) => this.#fail(cannotWrite(messageOf(error))));
    }
    if (this.#recorder.tally.miniBatches.done > 0) this.#output?.advance(this.#planning.manifest.count);
  }

  /** Nothing of the step is left running. A kill may come when it is closing already. */
  #close(): void {
    if (this.#closing) return;
    this.#closing = true;
    clearInterval(this.#timer);
    this.#finish().then(this.#resolve, this.#reject);
  }

  async #finish(): Promise<ParallelResult> {
    try {
      return await this.#conclude(this.#ending ?? { kind: 'interrupted' });
    } finally {
      this.#output?.[Symbol.dispose]();
      await this.#monitor?.close();
      await this.#logs.close();
      this.#planning.manifest.close();
    }
  }

  async #conclude(ending: Ending): Promise<ParallelResult> {
    let result: ParallelResult;
    try {
      result = ending.kind === 'completed' ? await this.#complete() : { ...ending, summary: this.#summary() };
    } catch (error) {
      result = { kind: 'failed', error: cannotWrite(messageOf(error)), summary: this.#summary() };
    }
    await this.#recorder.close(this.#sync && result.kind !== 'completed').catch(() => {});
    if (result.kind === 'failed') this.#rememberFailure(result.error);
    this.#progress.end();
    tellResult(this.#run.step, result, this.#control.emit, this.#logs);
    return result;
  }

  #rememberFailure(error: string): void {
    try {
      writeFact(this.#state, 'failed', { error });
    } catch (cause) {
      // On a full disk: the reason to be told is the first one, not that it could not be noted.
      if (!isSystemError(cause)) throw cause;
    }
  }

  async #complete(): Promise<ParallelResult> {
    const { output } = this.#run;
    await this.#output?.finish(this.#planning.manifest.count, this.#sync);
    const summary = this.#summary();
    const path = output.kind === 'append_row' ? output.file : output.directory;
    writeFact(this.#state, 'finished', { summary, output: path });
    // The rows are in the output; the ledger and the manifest stay for whoever asks what happened.
    for (const folder of [this.#state.segments, this.#state.markers, this.#state.scratch]) rmSync(folder, { recursive: true, force: true });
    return { kind: 'completed', summary, output: path };
  }

  #summary(): StepSummary {
    const { tally } = this.#recorder;
    const { miniBatches, items, shortReturns, slowest } = tally;
    return { miniBatches, items, shortReturns, slowest, ...this.#logs.errors.summary() };
  }

  #describe(text: string | undefined): string {
    return text === undefined ? '' : describeMiniBatch(text, this.#planning.readers);
  }

  #monitored(): { node: string; worker: string; pid: number }[] {
    return [...this.#crew.workers].flatMap(({ slot, process }) =>
      process.pid === undefined ? [] : [{ node: slot.nodeName, worker: slot.name, pid: process.pid }],
    );
  }

  #notice(level: 'info' | 'warning', message: string): void {
    this.#control.emit({ type: 'notice', level, message, step: this.#run.step });
  }

  /** A full disk, or one that is gone: the step fails, and can be resumed when there is room. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (isSystemError(error)) this.#fail(cannotWrite(messageOf(error)));
      else this.#abort(error);
    }
  }

  /** A mistake of ours: nothing of the step may go on running. */
  #abort(error: unknown): void {
    this.#crew.killAll();
    clearInterval(this.#timer);
    this.#reject(error);
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
