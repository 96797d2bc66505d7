/**
 * The dispatcher hands mini-batches to workers and takes their outcomes, until there are none left or it is told to stop.
 * It alone knows who works on what; it decides on retries and timeouts. What a worker says goes one way: its link, the crew (its
 * life), here (its work), the recorder (what counts).
 */
import type { FailedAttempt, ScriptError } from '../../events/types.ts';
import type { LastWords, WorkerExit } from '../../workers/compute.ts';
import type { Assignment, Doing, Failure, ItemRange, Outcome } from '../../workers/protocol/messages.ts';
import type { Ended, Recorder } from '../record/recorder.ts';
import { Crew, type CrewSetup, type WorkReport } from './crew.ts';
import { explainDeath } from './death.ts';
import { RunTime, refill } from './frames.ts';
import type { Queue } from './queue.ts';
import type { KillReason, Worker } from './worker.ts';

/** Workers that die one after another without ending a single mini-batch in between, before the step gives up. */
const fruitlessDeaths = 20;
/** So often a node may be lost that works on a mini-batch before that counts as a failed attempt. */
const nodeLossesForgiven = 2;
/** An interpreter that cannot make its threads may hang before the first line of ours. */
const upSeconds = 60;

export interface DispatcherSetup extends CrewSetup {
  readonly queue: Queue;
  readonly recorder: Recorder;
  readonly limits: DispatchLimits;
  /** A mini-batch in words, from its descriptor, or a part of it. */
  readonly describe: (text: string, part?: ItemRange) => string;
  /** Its items, as far as its descriptor tells. */
  readonly itemsOf: (text: string) => number | undefined;
}

export interface DispatchLimits {
  /** Attempts after the first. */
  readonly maxRetries: number;
  /** The items of a mini-batch that failed for good are tried apart. */
  readonly isolates: boolean;
  /** Seconds that reading a mini-batch, and running it, may take. */
  readonly loadSeconds: number;
  readonly runSeconds: number;
}

export interface DispatchListener {
  /** Outcomes have become fact. */
  recorded(): void;
  attemptFailed(failure: FailedAttempt): void;
  ready(worker: Worker): void;
  lost(worker: Worker, exit: WorkerExit): void;
  /** A worker failed while it started. */
  initFailed(worker: Worker, error: ScriptError): void;
  /** Whether rows under it count. */
  header(text: string): boolean;
  notice(level: 'info' | 'warning', message: string): void;
  /** Every worker of every node fails while it starts. */
  cannotStart(error: ScriptError, missingModule: string | undefined): void;
  /** A worker cannot write its rows: not the script's doing, and a retry would meet the same full disk. */
  cannotWrite(message: string): void;
  /** It makes no sense to go on. */
  giveUp(message: string): void;
  /** Nobody works on anything, or a worker is gone. */
  settled(): void;
}

export class Dispatcher {
  readonly #setup: DispatcherSetup;
  readonly #listener: DispatchListener;
  readonly #crew: Crew;
  readonly #runTime = new RunTime();
  readonly #advice = new Set<string>();
  #handsOut = true;
  #deaths = 0;
  /** By mini-batch: how often a node was lost that worked on it. */
  readonly #nodesLost = new Map<number, number>();
  #progressed: number | undefined;

  constructor(setup: DispatcherSetup, listener: DispatchListener) {
    this.#setup = setup;
    this.#listener = listener;
    this.#crew = new Crew(setup, {
      ready: (worker) => {
        listener.ready(worker);
        this.feed();
      },
      report: (worker, report) => this.#report(worker, report),
      died: (worker, exit, lastWords) => this.#died(worker, exit, lastWords),
      initFailed: (worker, error) => listener.initFailed(worker, error),
      gaveUp: (error, missingModule) => listener.cannotStart(error, missingModule),
      leaving: (worker) => this.#takeBack(worker),
      left: (worker) => {
        // One that was to leave, and did not live to finish what it had.
        setup.queue.returned(worker.leave());
        this.feed();
        listener.settled();
      },
      placesChanged: () => this.feed(),
    });
  }

  /** Workers that live. */
  get workers(): Iterable<Worker> {
    return this.#crew.workers;
  }

  get size(): number {
    return this.#crew.size;
  }

  /** Mini-batches at workers. */
  get underWay(): number {
    let sum = 0;
    for (const worker of this.#crew.workers) sum += worker.underWay;
    return sum;
  }

  /** When the last mini-batch ended, or the first was handed out, by the clock's `now`; undefined before. */
  get progressed(): number | undefined {
    return this.#progressed;
  }

  /** There is new work, or a new worker, or room for one: as many workers as there is work for, at most one in each slot. */
  feed(): void {
    if (this.#handsOut) this.#crew.grow(this.#setup.recorder.tally.open + this.#setup.queue.parts);
    for (const worker of this.#crew.workers) if (worker.isReady) this.#fill(worker);
    this.#tellSettled();
  }

  /** Hands out no more; `settled` is told when what is running has ended. */
  drain(): void {
    this.#handsOut = false;
    for (const worker of this.#crew.workers) this.#takeBack(worker);
    this.#tellSettled();
  }

  /** What it only reads. */
  #takeBack(worker: Worker): void {
    const held = worker.drop();
    if (held !== undefined) this.#setup.queue.returned([held]);
  }

  /** The step ends: workers leave when they have finished what they have. */
  dismiss(): void {
    this.#handsOut = false;
    this.#crew.dismiss();
  }

  /** The step ends now. */
  killAll(): void {
    this.#handsOut = false;
    this.#crew.killAll({ kind: 'ending' });
  }

  /** Kills workers whose present attempt takes too long, that do not begin with what they have, or do not come up. */
  enforceTimeouts(): void {
    const { clock, limits } = this.#setup;
    const now = clock.now();
    const shortest = Math.min(limits.runSeconds, limits.loadSeconds) * 1000;
    for (const worker of this.#crew.workers) {
      if (worker.state.kind === 'starting' && now - worker.started >= upSeconds * 1000 && worker.doing() === undefined)
        worker.kill({ kind: 'not_up', seconds: upSeconds });
      // Whoever was heard of within the shorter limit cannot have passed either.
      if (!worker.works || worker.assigned === 0 || now - worker.heard < shortest) continue;
      const reason = overdue(worker, limits, now);
      if (reason !== undefined) worker.kill(reason);
    }
  }

  #report(worker: Worker, report: WorkReport): void {
    switch (report.type) {
      case 'done':
        this.#done(worker, report.outcomes);
        break;
      case 'failed':
        this.#failed(worker, report);
        break;
      case 'header':
        // Rows whose first line is not known for good would stand without it: what it has is not its own any more.
        if (!this.#listener.header(report.text)) this.#setup.queue.returned(worker.leave());
        break;
      case 'notice':
        this.#notice(worker, report);
        break;
      case 'stopped':
        if (report.error === undefined) return;
        this.#listener.notice('warning', `${worker.slot.label}: shutdown() failed: ${report.error.stack ?? report.error.message}`);
    }
  }

  /** What is no warning is about the job: every worker would say it, and once is enough. */
  #notice({ slot }: Worker, { level, message }: Extract<WorkReport, { type: 'notice' }>): void {
    if (level === 'warning') this.#listener.notice(level, `${slot.label}: ${message}`);
    else if (!this.#advice.has(message)) {
      this.#advice.add(message);
      this.#listener.notice(level, message);
    }
  }

  #done(worker: Worker, outcomes: readonly Outcome[]): void {
    const ended: Ended[] = [];
    let ms = 0;
    for (const outcome of outcomes) {
      const assignment = worker.ended(outcome.index, outcome.attempt);
      if (assignment === undefined) continue;
      ended.push({ assignment, outcome });
      ms += outcome.loadMs + outcome.runMs;
    }
    if (ended.length === 0) return;
    this.#setup.recorder.done({ worker: worker.slot.number, segment: worker.segment }, ended);
    this.#progressed = this.#setup.clock.now();
    this.#deaths = 0;
    this.#runTime.observe(ended.length, ms);
    this.#listener.recorded();
    this.#next(worker);
  }

  #failed(worker: Worker, failure: Failure): void {
    if (failure.phase === 'write') {
      this.#listener.cannotWrite(failure.error.message);
      return;
    }
    const assignment = worker.ended(failure.index, failure.attempt);
    // One that was taken back while it was read may have failed at it meanwhile: it is another's now.
    if (assignment === undefined) return;
    this.#progressed = this.#setup.clock.now();
    this.#recordFailure(worker, assignment, failure);
    this.#next(worker);
  }

  #died(worker: Worker, exit: WorkerExit, lastWords: () => LastWords): void {
    const { clock, queue } = this.#setup;
    this.#listener.lost(worker, exit);
    const left = worker.leave();
    const doing = worker.doing();
    // Whatever wrote among the reports may have returned before the kill came: then it was the first that was not told of.
    const first = exit.kind === 'garbled' ? left[0] : undefined;
    const suspect = left.find((assignment) => doing !== undefined && isAt(doing, assignment)) ?? first;
    const isAccident = exit.kind === 'node_lost' && worker.killedFor === undefined && !this.#takesNodesAlong(suspect);
    const culprit = isAccident ? undefined : suspect;
    queue.returned(left.filter((assignment) => assignment !== culprit));
    if (!isAccident && this.#isFruitless(culprit)) this.#deaths += 1;
    this.#runTime.beCautious();
    const killed = worker.killedFor;
    if (culprit !== undefined) {
      const { index, attempt } = culprit;
      const now = clock.now();
      const {
        phase,
        since,
        items = null,
      } = doing !== undefined && isAt(doing, culprit) ? doing : { phase: 'running' as const, since: now };
      const runMs = Math.max(0, now - since);
      const error = explainDeath(exit, killed, phase, lastWords());
      this.#recordFailure(worker, culprit, {
        index,
        attempt,
        items,
        phase: phase === 'loading' ? 'load' : 'run',
        error,
        started: clock.epoch() - runMs,
        loadMs: 0,
        runMs,
      });
    }
    if (this.#deaths <= fruitlessDeaths) return;
    const how = explainDeath(exit, killed, 'running', lastWords());
    const why = how.stack ?? how.message;
    this.#listener.giveUp(`${this.#deaths} workers died one after another without finishing a single mini-batch. The last: ${why}`);
  }

  /** A node may be lost for whatever reason; that it happens again and again with one mini-batch is no accident. */
  #takesNodesAlong(suspect: Assignment | undefined): boolean {
    if (suspect === undefined) return false;
    const times = (this.#nodesLost.get(suspect.index) ?? 0) + 1;
    this.#nodesLost.set(suspect.index, times);
    return times > nodeLossesForgiven;
  }

  /** Items that are known one by one bring the step on, also where each takes a worker with it; unless nothing ever succeeded. */
  #isFruitless(culprit: Assignment | undefined): boolean {
    return culprit?.part === undefined || this.#setup.recorder.tally.items.done === 0;
  }

  #recordFailure(worker: Worker, assignment: Assignment, failure: Failure): void {
    const { describe } = this.#setup;
    const { index: miniBatch, attempt, text, part } = assignment;
    const isFinal = part === undefined ? this.#wholeFailed(worker, assignment, failure) : this.#partFailed(worker, assignment, failure);
    this.#listener.attemptFailed({
      miniBatch,
      attempt,
      worker: worker.slot.label,
      error: failure.error,
      final: isFinal,
      what: describe(text, part),
      ...(part !== undefined && { part: { from: part.from, to: part.to } }),
    });
    this.#listener.recorded();
  }

  /** Whether nothing of it is tried any more. */
  #wholeFailed(worker: Worker, assignment: Assignment, failure: Failure): boolean {
    const { recorder, queue, limits, itemsOf } = this.#setup;
    const { index, attempt, text } = assignment;
    const then = attempt <= limits.maxRetries ? 'again' : limits.isolates ? 'isolate' : 'nothing';
    const parts = recorder.failed(worker.slot.number, failure, itemsOf(text), then);
    if (then === 'again') queue.again({ ...assignment, attempt: attempt + 1 });
    const isolation = recorder.isolations.of(index);
    if (isolation !== undefined) queue.apart(index, text, isolation, parts);
    return then !== 'again' && parts.length === 0;
  }

  #partFailed(worker: Worker, { index, attempt, text }: Assignment, failure: Failure): boolean {
    const { recorder, queue } = this.#setup;
    const isolation = recorder.isolations.of(index);
    const part = isolation?.partOf(attempt);
    if (isolation === undefined || part === undefined) throw new Error(`mini-batch ${index} has no part for attempt ${attempt}`);
    const halves = recorder.partFailed(worker.slot.number, failure, isolation, part);
    queue.apart(index, text, isolation, halves);
    return halves.length === 0;
  }

  #next(worker: Worker): void {
    if (worker.isReady) this.#fill(worker);
    this.#tellSettled();
  }

  #fill(worker: Worker): void {
    if (!this.#handsOut) return;
    const { queue, clock } = this.#setup;
    const frame = this.#runTime.frame();
    if (worker.assigned === 0) worker.go(clock.now());
    const count = refill(frame, worker.assigned, queue.waiting, this.#crew.size);
    if (count > 0) {
      // What is already read goes first: it is the older one.
      worker.go(clock.now());
      this.#give(worker, queue.take(count));
    }
    if (worker.assigned === 0) {
      this.#give(worker, this.#steal(worker));
      return;
    }
    // One ahead, so that its data is there when `run` returns; unless another worker is free to take it at once.
    if (frame === 1 && !worker.holds && queue.waiting >= this.#crew.size) {
      const [ahead] = queue.take(1);
      if (ahead !== undefined) worker.load(ahead);
    }
  }

  #give(worker: Worker, assignments: readonly Assignment[]): void {
    if (assignments.length === 0) return;
    const now = this.#setup.clock.now();
    worker.run(assignments, now);
    this.#progressed ??= now;
  }

  /** What another only reads, while this one has nothing. */
  #steal(idle: Worker): readonly Assignment[] {
    for (const worker of this.#crew.workers) {
      const held = worker !== idle && worker.assigned > 0 ? worker.drop() : undefined;
      if (held !== undefined) return [held];
    }
    return [];
  }

  #tellSettled(): void {
    if (this.underWay === 0) this.#listener.settled();
  }
}

/** Why a worker that is silent has to go, if it has. */
function overdue(worker: Worker, { runSeconds, loadSeconds }: DispatchLimits, now: number): KillReason | undefined {
  const doing = worker.doing();
  const waits = worker.waitsSince(doing);
  if (waits !== undefined) return now - waits >= runSeconds * 1000 ? { kind: 'unresponsive', seconds: runSeconds } : undefined;
  if (doing?.phase !== 'running' && doing?.phase !== 'loading') return undefined;
  const what = doing.phase === 'running' ? 'run' : 'load';
  const seconds = what === 'run' ? runSeconds : loadSeconds;
  return now - doing.since >= seconds * 1000 ? { kind: 'timeout', what, seconds } : undefined;
}

function isAt({ phase, index, attempt }: Doing, assignment: Assignment): boolean {
  if (phase !== 'loading' && phase !== 'running' && phase !== 'writing') return false;
  return index === assignment.index && attempt === assignment.attempt;
}
