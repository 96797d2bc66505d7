/** A parallel step while it runs: ties planning, dispatcher, recorder and assembler together, and carries out what its phase asks for. */
import { rmSync } from 'node:fs';
import { UploadError, uploadFailed } from '../data/upload/upload-error.ts';
import { isSystemError, messageOf } from '../errors/thrown.ts';
import { RequestError } from '../errors/types.ts';
import { formatMiniBatches } from '../events/format.ts';
import type { StepSummary } from '../events/types.ts';
import type { Clock } from '../os/clock.ts';
import { type Compute, LostRows } from '../workers/compute.ts';
import { lossReason } from './dispatch/death.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { Queue } from './dispatch/queue.ts';
import { standstill } from './dispatch/stall.ts';
import type { StepParts } from './open-step.ts';
import { type Act, beginning, type Ending, type Facts, next, type Phase, type StepEvent } from './phase.ts';
import { itemsOf } from './plan/describe.ts';
import { codeOfMiniBatches, rangesOf } from './record/code-versions.ts';
import { readFact, type StateFiles, writeFact } from './record/state-files.ts';
import { judge } from './record/thresholds.ts';
import { ProgressTeller } from './tell/progress.ts';
import { cannotWrite, emptyInput, initFailed, nothingSucceeded, stalled, thresholdPassed, triedAgain } from './tell/report.ts';
import { tellResult } from './tell/result.ts';
import type { ParallelResult, ParallelRun, RunControl } from './types.ts';

const tickMs = 100;
/** Against a loss of power, outcomes reach the disk at most so much later. */
const syncEveryMs = 200;

export interface StepOptions {
  readonly clock: Clock;
  /** Bring what is finished to the disk again and again, so that a loss of power costs little. */
  readonly sync: boolean;
}

export class StepRun {
  readonly #run: ParallelRun;
  readonly #control: RunControl;
  readonly #state: StateFiles;
  readonly #parts: StepParts;
  readonly #options: StepOptions;
  readonly #dispatcher: Dispatcher;
  readonly #progress: ProgressTeller;
  #began: number;
  readonly #stopPlanning = new AbortController();
  readonly #ended = Promise.withResolvers<Ending>();
  readonly #events: StepEvent[] = [];
  #deciding = false;
  #phase: Phase = beginning;
  #syncedAt: number;

  /** @param parts opened by `openStep`, and closed by whoever opened them, when this has run */
  constructor(run: ParallelRun, control: RunControl, state: StateFiles, parts: StepParts, compute: Compute, options: StepOptions) {
    this.#run = run;
    this.#control = control;
    this.#state = state;
    this.#parts = parts;
    this.#options = options;
    const { clock } = options;
    this.#began = clock.now();
    this.#syncedAt = this.#began;
    const { planning, recorder, output, teller, order, describe } = parts;
    const { maxRetries, timeout, onFailure, predefined } = run.settings;
    this.#dispatcher = new Dispatcher(
      {
        compute,
        clock,
        order,
        queue: new Queue(planning.manifest, recorder.miniBatches, recorder.isolations),
        recorder,
        limits: { maxRetries, isolates: onFailure === 'isolate', runSeconds: timeout, loadSeconds: predefined.taskOverheadTimeout },
        describe,
        itemsOf,
        guard: (work) => this.#guard(work),
      },
      {
        recorded: () => this.#judge(),
        attemptFailed: (failure) => teller.attemptFailed(failure),
        ready: ({ slot }) => teller.decided(`${slot.label} is ready`),
        lost: ({ slot, killedFor }, exit) => teller.workerLost(slot.label, lossReason(exit, killedFor)),
        initFailed: ({ slot }, error) => teller.initFailed(slot.label, error),
        header: (text) => {
          let counts = false;
          this.#guard(() => {
            const wrong = output?.header(text);
            if (wrong === undefined) counts = true;
            else this.#fail(wrong);
          });
          return counts;
        },
        notice: (level, message) => teller.notice(level, message),
        cannotStart: (error, missingModule) =>
          this.#fail(initFailed(error, missingModule === undefined ? undefined : run.missingModuleHint?.(missingModule))),
        cannotWrite: (message) => this.#fail(cannotWrite(message)),
        giveUp: (message) => this.#fail(message),
        settled: () => this.#happened({ kind: 'settled' }),
      },
    );
    const unit = planning.readers.some((reader) => reader.kind === 'table') ? 'row' : 'file';
    this.#progress = new ProgressTeller(this.#dispatcher, recorder.tally, unit, clock, (progress) => teller.progress(progress));
  }

  /** Resolves when the step has ended, in whatever way, and nothing of it is left running. Rejects where that was a mistake of ours. */
  async run(): Promise<ParallelResult> {
    const { drain, kill } = this.#control;
    const onDrain = () => this.#happened({ kind: 'drain' });
    const onKill = () => this.#happened({ kind: 'kill' });
    drain.addEventListener('abort', onDrain);
    kill.addEventListener('abort', onKill);
    const stopTicking = this.#options.clock.every(tickMs, () => this.#guard(() => this.#tick()));
    try {
      for (const notice of this.#parts.planning.notices) this.#parts.teller.notice('info', notice);
      this.#guard(() => this.#forgive());
      void this.#plan();
      if (kill.aborted) onKill();
      else if (drain.aborted) onDrain();
      return await this.#conclude(await this.#ended.promise);
    } finally {
      stopTicking();
      drain.removeEventListener('abort', onDrain);
      kill.removeEventListener('abort', onKill);
    }
  }

  /** Whoever carries on with a step, however it ended, or whatever ended it, gives what had failed for good all its attempts again. */
  #forgive(): void {
    const { items, miniBatches } = this.#parts.recorder.reopenFailed();
    if (miniBatches > 0) this.#parts.teller.notice('info', triedAgain(items, miniBatches));
  }

  async #plan(): Promise<void> {
    const { planning, recorder, teller } = this.#parts;
    const dispatcher = this.#dispatcher;
    const { manifest } = planning;
    const { signal } = this.#stopPlanning;
    try {
      let cut = 0;
      await planning.finish(() => {
        // While there is nothing to hand out nobody is slow: the wait for the first mini-batch begins when it is there.
        if (cut === 0) this.#began = this.#options.clock.now();
        cut = manifest.count;
        recorder.tally.planned(manifest.count, false);
        this.#guard(() => dispatcher.feed());
      }, signal);
      if (signal.aborted) return;
      this.#guard(() => {
        recorder.tally.planned(manifest.count, true);
        teller.decided(`planning is finished: ${formatMiniBatches(manifest.count)}`);
        if (manifest.count === 0) teller.notice('warning', emptyInput(this.#run));
        this.#judge();
        dispatcher.feed();
        this.#happened({ kind: 'planned' });
      });
    } catch (error) {
      if (error instanceof RequestError) this.#fail(error.message);
      else this.#happened({ kind: 'broken', cause: error });
    }
  }

  #judge(): void {
    const { tally } = this.#parts.recorder;
    const { total, planned, failed } = tally.miniBatches;
    const verdict = judge(
      { failedItems: tally.items.failed, failedMiniBatches: failed, totalMiniBatches: planned ? total : undefined },
      this.#run.settings,
    );
    if (verdict.kind === 'exceeded') this.#fail(thresholdPassed(verdict, this.#parts.teller.errors));
  }

  #tick(): void {
    const { recorder, output } = this.#parts;
    const dispatcher = this.#dispatcher;
    this.#happened({ kind: 'tick' });
    if (this.#phase.kind !== 'running' && this.#phase.kind !== 'draining') return;
    const now = this.#options.clock.now();
    dispatcher.enforceTimeouts();
    const still = standstill(now, this.#began, dispatcher.progressed, this.#run.settings);
    if (still !== undefined) {
      const workers = [...dispatcher.workers].map((worker) => ({ label: worker.slot.label, doing: worker.doing() }));
      this.#fail(stalled(still, workers, now));
    }
    this.#progress.tell();
    const cannot = (error: unknown) => this.#guard(() => raise(error));
    if (this.#options.sync && now - this.#syncedAt >= syncEveryMs) {
      this.#syncedAt = now;
      recorder.sync(cannot);
    }
    if (recorder.tally.miniBatches.done > 0) output?.advance(recorder.tally.miniBatches.total, cannot);
  }

  #fail(error: string): void {
    this.#happened({ kind: 'failed', error });
  }

  /** One event after the other, also those that the acts of one bring about. */
  #happened(event: StepEvent): void {
    this.#events.push(event);
    if (this.#deciding) return;
    this.#deciding = true;
    try {
      for (let each = this.#events.shift(); each !== undefined; each = this.#events.shift()) {
        const { phase, acts } = next(this.#phase, each, this.#facts());
        this.#phase = phase;
        for (const act of acts) this.#guard(() => this.#act(act));
      }
    } finally {
      this.#deciding = false;
    }
  }

  #facts(): Facts {
    const { recorder, teller } = this.#parts;
    const { open, items, returned } = recorder.tally;
    const isFruitless = this.#run.output.kind === 'append_row' && open === 0 && items.total > 0 && returned === 0;
    return {
      now: this.#options.clock.now(),
      open,
      underWay: this.#dispatcher.underWay,
      workers: this.#dispatcher.size,
      grace: this.#run.settings.timeout * 1000,
      fruitless: isFruitless ? nothingSucceeded(items.total, teller.errors) : undefined,
    };
  }

  #act(act: Act): void {
    switch (act) {
      case 'stop_planning':
        this.#stopPlanning.abort();
        break;
      case 'drain_workers':
        this.#parts.teller.decided('asked to stop: running attempts finish, no others begin');
        this.#dispatcher.drain();
        break;
      case 'dismiss_workers':
        this.#dispatcher.dismiss();
        break;
      case 'kill_workers':
        this.#dispatcher.killAll();
        break;
      case 'close':
        if (this.#phase.kind === 'closed') this.#ended.resolve(this.#phase.ending);
    }
  }

  /** No worker is left: what becomes of the step. */
  async #conclude(ending: Ending): Promise<ParallelResult> {
    if (ending.kind === 'broken') throw ending.cause;
    const { recorder, teller } = this.#parts;
    let result: ParallelResult;
    try {
      result = ending.kind === 'completed' ? await this.#complete() : { ...ending, summary: this.#summary() };
    } catch (error) {
      if (error instanceof LostRows) throw error;
      const summary = this.#summary();
      const isKilled = this.#control.kill.aborted && error === this.#control.kill.reason;
      result = isKilled ? { kind: 'interrupted', summary } : { kind: 'failed', error: this.#whyNotWritten(error), summary };
    }
    await recorder.close(this.#options.sync && result.kind !== 'completed').catch(() => {});
    this.#progress.tellNow();
    tellResult(this.#run, result, this.#control.emit, teller.logs);
    return result;
  }

  #whyNotWritten(error: unknown): string {
    const { output } = this.#run;
    if (error instanceof UploadError && output.kind === 'append_row') return uploadFailed(output.far?.output ?? '', error);
    return cannotWrite(messageOf(error));
  }

  async #complete(): Promise<ParallelResult> {
    const { output } = this.#run;
    await this.#parts.output?.finish(this.#parts.planning.manifest.count, this.#options.sync);
    const summary = this.#summary();
    await this.#listFailedItems(summary.missing !== undefined);
    const path = output.kind === 'append_row' ? (output.address ?? output.file) : output.directory;
    writeFact(this.#state, 'finished', { summary, output: path });
    // The rows are in the output; the ledger and the manifest stay for whoever asks what happened. Where something is missing, the rows stay
    // too: when that is tried again, the output is put together anew.
    const { segments, markers, scratch } = this.#state;
    const needless = summary.missing === undefined ? [segments, markers, scratch] : [markers, scratch];
    for (const folder of needless) rmSync(folder, { recursive: true, force: true });
    return { kind: 'completed', summary, output: path };
  }

  /** The output is whole without it: what cannot be listed now, `prl job failed` still can. */
  async #listFailedItems(any: boolean): Promise<void> {
    const { step, failedItems } = this.#run;
    try {
      await this.#parts.teller.settled();
      if (!any && readFact(this.#state, 'listed') === undefined) return;
      const { listFailedItems } = await import('./again/failed-list.ts');
      await listFailedItems(step, this.#state, failedItems, any);
    } catch (error) {
      if (!any) throw error;
      this.#parts.teller.notice('warning', `The list of failed items could not be written to ${failedItems.list}: ${messageOf(error)}`);
    }
  }

  #summary(): StepSummary {
    const { miniBatches, items, returned: rows, shortReturns, slowest, missing } = this.#parts.recorder.tally;
    return {
      miniBatches,
      items,
      rows,
      shortReturns,
      slowest,
      ...(missing.miniBatches > 0 && { missing }),
      ...this.#codes(),
      ...this.#parts.teller.errors.summary(),
    };
  }

  /** What ran under which code, where there was more than one; in full in the logs. */
  #codes(): Pick<StepSummary, 'code'> {
    const { codeHashes } = this.#run;
    if (codeHashes.length === 0) return {};
    const codes = codeOfMiniBatches(this.#state.ledger, this.#parts.planning.manifest.count);
    this.#parts.teller.logs.codes(codeHashes.map((hash, code) => ({ hash, miniBatches: rangesOf(codes, code) })));
    const ran = codeHashes.map((hash, code) => ({ hash, miniBatches: codes.reduce((sum, each) => (each === code ? sum + 1 : sum), 0) }));
    const under = ran.filter(({ miniBatches }) => miniBatches > 0);
    return under.length > 1 ? { code: under } : {};
  }

  /** A full disk, or one that is gone: the step fails, and can be resumed when there is room. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (isSystemError(error)) this.#fail(cannotWrite(error.message));
      else this.#happened({ kind: 'broken', cause: error });
    }
  }
}

function raise(error: unknown): never {
  throw error;
}
