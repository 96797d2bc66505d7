/**
 * The crew: starts workers in their slots, replaces those that die, and gives up where `init()` keeps failing.
 * It does not know what workers work on; the dispatcher does.
 */
import type { ScriptError } from '../../events/types.ts';
import type { Clock } from '../../os/clock.ts';
import type { Compute, LastWords, Node, Slot, WorkerExit, WorkerOrder } from '../../workers/compute.ts';
import type { Report } from '../../workers/protocol/messages.ts';
import { startError } from './death.ts';
import { FirstStarts } from './first-starts.ts';
import { type KillReason, Worker } from './worker.ts';

/** A node gives up after so many times its number of processes failures of `init()` in a row. Source: Azure ML, ParallelRunStep. */
const initTries = 3;

/** What a worker says while it is ready or leaving. */
export type WorkReport = Exclude<Report, { readonly type: 'ready' | 'init_failed' }>;

export interface CrewListener {
  ready(worker: Worker): void;
  report(worker: Worker, report: WorkReport): void;
  /** A worker that had been ready is gone, and not because the step ends. */
  died(worker: Worker, exit: WorkerExit, lastWords: () => LastWords): void;
  /** `init()` raised, the script could not be loaded, or the process not be started. It is tried again, unless `gaveUp` follows. */
  initFailed(worker: Worker, error: ScriptError): void;
  /** No node tries any more: the last failure of `init()`. */
  gaveUp(error: ScriptError, missingModule: string | undefined): void;
  /** A worker's node takes no more work: it is about to be told to leave when it has finished what it has. */
  leaving(worker: Worker): void;
  /** A worker is gone, in whatever way. Told last. */
  left(worker: Worker): void;
  /** There are other places for workers than there were. */
  placesChanged(): void;
}

export interface CrewSetup {
  readonly compute: Compute;
  readonly order: (segment: number) => WorkerOrder;
  readonly clock: Clock;
  /** Runs what a link has to say; what it throws ends the step. */
  readonly guard: (work: () => void) => void;
}

interface Place {
  readonly node: Node;
  readonly slot: Slot;
}

export class Crew {
  readonly #setup: CrewSetup;
  readonly #listener: CrewListener;
  /** The first of each node first. */
  #places: readonly Place[];
  /** By slot. */
  readonly #workers = new Map<number, Worker>();
  /** Failures of init in a row, by node. */
  readonly #initFailures = new Map<Node, number>();
  readonly #firstStarts = new FirstStarts();
  /** Slots in which a worker was ever started. */
  readonly #started = new Set<number>();
  #closed = false;

  constructor(setup: CrewSetup, listener: CrewListener) {
    this.#setup = setup;
    this.#listener = listener;
    this.#places = placesOf(setup.compute);
    setup.compute.watchNodes(() => setup.guard(() => this.#nodesChanged()));
  }

  /** Workers that live, whatever their state. */
  get workers(): Iterable<Worker> {
    return this.#workers.values();
  }

  get size(): number {
    return this.#workers.size;
  }

  /** Starts workers until there are `wanted`, as far as slots are free on nodes that have not given up. */
  grow(wanted: number): void {
    if (this.#closed || this.#workers.size >= Math.min(wanted, this.#places.length)) return;
    for (const place of this.#places) {
      if (this.#workers.size >= wanted) return;
      if (!this.#workers.has(place.slot.number) && !this.#hasGivenUp(place.node)) this.#start(place);
    }
  }

  /** No further worker is started; those that live may finish what they have, and leave. */
  dismiss(): void {
    this.#closed = true;
    for (const worker of this.#workers.values()) if (worker.state.kind !== 'killed') worker.stop();
  }

  killAll(reason: KillReason): void {
    this.#closed = true;
    for (const worker of this.#workers.values()) worker.kill(reason);
  }

  #nodesChanged(): void {
    this.#places = placesOf(this.#setup.compute);
    const staying = new Set(this.#places.map(({ slot }) => slot.number));
    for (const worker of this.#workers.values()) {
      if (staying.has(worker.slot.number) || (worker.state.kind !== 'ready' && worker.state.kind !== 'starting')) continue;
      this.#listener.leaving(worker);
      worker.stop();
    }
    this.#listener.placesChanged();
  }

  #start({ node, slot }: Place): void {
    const { compute, order, clock, guard } = this.#setup;
    const segment = compute.segments.allot();
    const link = node.start(slot, order(segment), {
      report: (report) => guard(() => this.#report(worker, node, report)),
      exit: (exit, lastWords = () => ({ printed: '' })) => guard(() => this.#exit(worker, node, exit, lastWords)),
    });
    const worker = new Worker(slot, node.name, segment, link, clock.now());
    this.#started.add(slot.number);
    this.#workers.set(slot.number, worker);
  }

  #report(worker: Worker, node: Node, report: Report): void {
    worker.heard = this.#setup.clock.now();
    switch (report.type) {
      case 'ready':
        this.#initFailures.set(node, 0);
        this.#firstStarts.ready();
        // It may have been told to leave while it was in init().
        if (worker.state.kind !== 'starting') return;
        worker.state = { kind: 'ready' };
        this.#listener.ready(worker);
        return;
      case 'init_failed':
        // What follows is its exit; it counts once.
        if (worker.state.kind !== 'starting') return;
        worker.state = { kind: 'failed' };
        this.#initFailed(worker, node, report.error, report.missingModule);
        return;
      default:
        this.#listener.report(worker, report);
    }
  }

  #exit(worker: Worker, node: Node, exit: WorkerExit, lastWords: () => LastWords): void {
    this.#workers.delete(worker.slot.number);
    switch (worker.state.kind) {
      case 'starting':
        this.#neverUp(worker, node, startError(exit, worker.slot.label, undefined, lastWords()), exit);
        break;
      case 'ready':
        this.#listener.died(worker, exit, lastWords);
        break;
      case 'killed':
        if (worker.state.reason.kind === 'not_up')
          this.#neverUp(worker, node, startError(exit, worker.slot.label, worker.state.reason, lastWords()), exit);
        else if (worker.state.reason.kind !== 'ending') this.#listener.died(worker, exit, lastWords);
        break;
      case 'stopping':
      case 'failed':
        break;
    }
    this.#listener.left(worker);
  }

  /** A node that is gone says nothing of the script. */
  #neverUp(worker: Worker, node: Node, error: ScriptError, exit: WorkerExit): void {
    if (exit.kind !== 'node_lost') this.#initFailed(worker, node, error, undefined);
  }

  #initFailed(worker: Worker, node: Node, error: ScriptError, missingModule: string | undefined): void {
    this.#initFailures.set(node, (this.#initFailures.get(node) ?? 0) + 1);
    this.#listener.initFailed(worker, error);
    const ms = this.#setup.clock.now() - worker.started;
    if (this.#firstStarts.failed(worker.slot.number, error, ms, this.#started)) {
      this.#listener.gaveUp(error, missingModule);
      return;
    }
    const alive = [...this.#workers.values()].some((other) => other !== worker && other.state.kind !== 'failed');
    // Where there is no node, one may join.
    const isHopeless = this.#places.length > 0 && this.#places.every((place) => this.#hasGivenUp(place.node));
    if (!alive && isHopeless) this.#listener.gaveUp(error, missingModule);
  }

  #hasGivenUp(node: Node): boolean {
    return (this.#initFailures.get(node) ?? 0) >= initTries * node.slots.length;
  }
}

function placesOf({ nodes }: Compute): readonly Place[] {
  const most = nodes.reduce((sum, { slots }) => Math.max(sum, slots.length), 0);
  return Array.from({ length: most }, (_, at) =>
    nodes.flatMap((node) => {
      const slot = node.slots[at];
      return slot === undefined ? [] : [{ node, slot }];
    }),
  ).flat();
}
