/**
 * The dispatcher hands mini-batches to workers and takes their outcomes, until there are none left or it is told to stop.
 * It alone knows who works on what; it decides on retries and timeouts, and tells its listener what became of each.
 */
import type { ScriptError } from '../../events/types.ts';
import type { ParallelSettings } from '../../language/types.ts';
import type { WorkerExit } from '../../workers/local/worker-process.ts';
import type { Marker, Outcome, Report } from '../../workers/protocol/messages.ts';
import { cannotWrite } from '../tell/report.ts';
import type { Crew } from './crew.ts';
import { explainDeath } from './death.ts';
import { RunTime, refill } from './frames.ts';
import type { Assignment, Queue } from './queue.ts';
import type { Worker } from './worker.ts';

/** Workers that die one after another without ending a single mini-batch in between, before the step gives up. */
const fruitlessDeaths = 20;

export interface AttemptFailure {
  readonly assignment: Assignment;
  readonly worker: Worker;
  readonly error: ScriptError;
  /** Null when the data could not be read. */
  readonly items: number | null;
  readonly started: number;
  readonly loadMs: number;
  readonly runMs: number;
  /** No further attempt follows. */
  readonly final: boolean;
}

export interface DispatchListener {
  done(worker: Worker, ended: readonly { readonly assignment: Assignment; readonly outcome: Outcome }[]): void;
  failed(failure: AttemptFailure): void;
  /** Cannot go on. */
  giveUp(message: string): void;
  /** Nobody works on anything (any more). */
  idle(): void;
}

export class Dispatcher {
  readonly #crew: Crew;
  readonly #queue: Queue;
  readonly #settings: ParallelSettings;
  readonly #listener: DispatchListener;
  readonly #runTime = new RunTime();
  #draining = false;
  #deaths = 0;
  /** When the last mini-batch ended, or the first was handed out; epoch milliseconds. */
  #progressed: number | undefined;

  constructor(crew: Crew, queue: Queue, settings: ParallelSettings, listener: DispatchListener) {
    this.#crew = crew;
    this.#queue = queue;
    this.#settings = settings;
    this.#listener = listener;
  }

  /** Mini-batches at workers. */
  get underWay(): number {
    let sum = 0;
    for (const worker of this.#crew.workers) sum += worker.assigned + (worker.held === undefined ? 0 : 1);
    return sum;
  }

  /** When the last mini-batch ended, or the first was handed out; undefined before. */
  get progressed(): number | undefined {
    return this.#progressed;
  }

  /** Hands out no more; `idle` is told when what is running has ended. */
  drain(): void {
    this.#draining = true;
    for (const worker of this.#crew.workers) {
      const held = worker.drop();
      if (held !== undefined) this.#queue.returned([held]);
    }
    this.#tellIdle();
  }

  /** There is new work, or a new worker. */
  feed(): void {
    for (const worker of this.#crew.workers) if (worker.state === 'ready') this.#fill(worker);
    this.#tellIdle();
  }

  report(worker: Worker, report: Report): void {
    if (!('type' in report)) this.#done(worker, report);
    else if (report.type === 'failed') {
      // Not the script's doing: a retry would meet the same full disk, and count its rows as failed.
      if (report.phase === 'write') {
        this.#listener.giveUp(cannotWrite(report.error.message));
        return;
      }
      const assignment = worker.ended(report.index);
      // One that was taken back while it was read may have failed at it meanwhile: it is another's now.
      if (assignment === undefined) return;
      this.#progress();
      this.#failed({ ...report, assignment, worker });
      this.#next(worker);
    }
  }

  died(worker: Worker, exit: WorkerExit): void {
    const left = worker.leave();
    const marker = worker.process.marker();
    const culprit = marker === undefined ? undefined : left.find((assignment) => isAt(marker, assignment));
    const untouched = left.filter((assignment) => assignment !== culprit);
    this.#queue.returned(untouched);
    this.#deaths += 1;
    if (culprit !== undefined && marker !== undefined) {
      const error = explainDeath(exit, worker.killed, marker.phase);
      const runMs = Date.now() - marker.since;
      this.#failed({ assignment: culprit, worker, error, items: null, started: marker.since, loadMs: 0, runMs });
    }
    if (this.#deaths > fruitlessDeaths) {
      const how = explainDeath(exit, worker.killed, 'running').message;
      this.#listener.giveUp(`${this.#deaths} workers died one after another without finishing a single mini-batch. The last: ${how}`);
      return;
    }
    this.feed();
  }

  /** Kills workers whose present attempt takes too long. */
  enforceTimeouts(now: number): void {
    const limits = { run: this.#settings.timeout, load: this.#settings.predefined.taskOverheadTimeout };
    for (const worker of this.#crew.workers) {
      if (worker.state !== 'ready' || worker.assigned === 0 || worker.killed !== undefined) continue;
      // Whoever was heard of within the shorter limit cannot have passed either.
      if (now - worker.heard < Math.min(limits.run, limits.load) * 1000) continue;
      const marker = worker.process.marker();
      if (marker === undefined) continue;
      const what = marker.phase === 'running' ? 'run' : marker.phase === 'loading' ? 'load' : undefined;
      if (what === undefined || now - marker.since < limits[what] * 1000) continue;
      worker.killed = { kind: 'timeout', what, seconds: limits[what] };
      worker.process.kill();
    }
  }

  #done(worker: Worker, outcomes: readonly Outcome[]): void {
    const ended: { assignment: Assignment; outcome: Outcome }[] = [];
    let ms = 0;
    for (const outcome of outcomes) {
      const assignment = worker.ended(outcome[0]);
      if (assignment === undefined) continue;
      ended.push({ assignment, outcome });
      ms += outcome[8] + outcome[9];
    }
    if (ended.length === 0) return;
    this.#progress();
    this.#deaths = 0;
    this.#runTime.observe(ended.length, ms);
    this.#listener.done(worker, ended);
    this.#next(worker);
  }

  #next(worker: Worker): void {
    if (worker.state === 'ready') this.#fill(worker);
    this.#tellIdle();
  }

  #fill(worker: Worker): void {
    if (this.#draining) return;
    const frame = this.#runTime.frame();
    if (worker.assigned === 0) worker.go();
    const count = refill(frame, worker.assigned, this.#queue.waiting, this.#crew.size);
    if (count > 0) {
      // What is already read goes first: it is the older one.
      if (worker.held !== undefined) worker.go();
      const taken = this.#take(count);
      if (taken.length > 0) {
        worker.run(taken);
        this.#progressed ??= Date.now();
      }
    }
    if (worker.assigned === 0) {
      const stolen = this.#steal(worker);
      if (stolen !== undefined) worker.run([stolen]);
      return;
    }
    // One ahead, so that its data is there when `run` returns; unless another worker is free to take it at once.
    if (frame === 1 && worker.held === undefined && this.#queue.waiting >= this.#crew.size) {
      const [ahead] = this.#take(1);
      if (ahead !== undefined) worker.load(ahead);
    }
  }

  #take(count: number): Assignment[] {
    const taken: Assignment[] = [];
    for (let assignment = this.#queue.take(); assignment !== undefined; assignment = this.#queue.take()) {
      taken.push(assignment);
      if (taken.length === count) break;
    }
    return taken;
  }

  #steal(idle: Worker): Assignment | undefined {
    for (const worker of this.#crew.workers) {
      if (worker !== idle && worker.assigned > 0 && worker.held !== undefined) return worker.drop();
    }
    return undefined;
  }

  #failed(failure: Omit<AttemptFailure, 'final'>): void {
    const { assignment } = failure;
    const final = assignment.attempt > this.#settings.maxRetries;
    this.#listener.failed({ ...failure, final });
    if (!final) this.#queue.again({ ...assignment, attempt: assignment.attempt + 1 });
  }

  #progress(): void {
    this.#progressed = Date.now();
  }

  #tellIdle(): void {
    if (this.underWay === 0) this.#listener.idle();
  }
}

function isAt(marker: Marker, assignment: Assignment): boolean {
  if (marker.phase !== 'loading' && marker.phase !== 'running' && marker.phase !== 'writing') return false;
  return marker.index === assignment.index && marker.attempt === assignment.attempt;
}
