/** What the deciding half knows of one worker: how it is, and the mini-batches that it has been given. */
import type { Slot, WorkerLink } from '../../workers/compute.ts';
import type { Assignment, Doing } from '../../workers/protocol/messages.ts';

/** Why we killed it. */
export type KillReason =
  | { readonly kind: 'timeout'; readonly what: 'run' | 'load'; readonly seconds: number }
  /** Its process runs, but never came as far as our own first words in it. */
  | { readonly kind: 'not_up'; readonly seconds: number }
  /** It took up nothing of what it was given: something of the script's keeps it busy outside of `run()`. */
  | { readonly kind: 'unresponsive'; readonly seconds: number }
  /** The step ends. */
  | { readonly kind: 'ending' };

export type WorkerState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready' }
  /** Told to leave. */
  | { readonly kind: 'stopping' }
  | { readonly kind: 'killed'; readonly reason: KillReason }
  /** It said that `init()` failed, and is on its way out. */
  | { readonly kind: 'failed' };

export class Worker {
  readonly slot: Slot;
  /** Name of its node. */
  readonly node: string;
  /** Number of its segment; one per process, so that a half-written row of a dead one is in nobody's way. */
  readonly segment: number;
  readonly #link: WorkerLink;
  state: WorkerState = { kind: 'starting' };
  /** By the clock's `now`: when it was started, and last heard of. */
  readonly started: number;
  heard: number;
  /** In the order in which it runs them. */
  #assigned: Assignment[] = [];
  #head = 0;
  /** Being loaded, without leave to run. */
  #held: Assignment | undefined;
  /** When it was last given leave to run something, by the clock's `now`. */
  #given = Number.NEGATIVE_INFINITY;

  constructor(slot: Slot, node: string, segment: number, link: WorkerLink, now: number) {
    this.slot = slot;
    this.node = node;
    this.segment = segment;
    this.#link = link;
    this.started = now;
    this.heard = now;
  }

  /** Why we killed it, if we did. */
  get killedFor(): KillReason | undefined {
    return this.state.kind === 'killed' ? this.state.reason : undefined;
  }

  get isReady(): boolean {
    return this.state.kind === 'ready';
  }

  /** It runs what it has, also where it is to leave after that. */
  get works(): boolean {
    return this.state.kind === 'ready' || this.state.kind === 'stopping';
  }

  /** Mini-batches that it has leave to run. */
  get assigned(): number {
    return this.#assigned.length - this.#head;
  }

  get holds(): boolean {
    return this.#held !== undefined;
  }

  /** All that it has. */
  get underWay(): number {
    return this.assigned + (this.holds ? 1 : 0);
  }

  run(assignments: readonly Assignment[], now: number): void {
    this.#given = now;
    for (const assignment of assignments) this.#assigned.push(assignment);
    this.#link.send({ type: 'run', assignments });
  }

  load(assignment: Assignment): void {
    this.#held = assignment;
    this.#link.send({ type: 'load', assignment });
  }

  /** Gives leave to run what is being loaded. */
  go(now: number): void {
    if (this.#held === undefined) return;
    this.#given = now;
    this.#assigned.push(this.#held);
    this.#link.send({ type: 'go', index: this.#held.index });
    this.#held = undefined;
  }

  /** Takes back what is being loaded. */
  drop(): Assignment | undefined {
    const held = this.#held;
    if (held === undefined) return undefined;
    this.#held = undefined;
    this.#link.send({ type: 'drop', index: held.index });
    return held;
  }

  stop(): void {
    this.state = { kind: 'stopping' };
    this.#link.send({ type: 'stop' });
  }

  /** The first reason is the one that is told. */
  kill(reason: KillReason): void {
    if (this.state.kind !== 'killed') this.state = { kind: 'killed', reason };
    if (reason.kind === 'timeout') this.#link.killHung();
    else this.#link.kill();
  }

  /** Since when it has something to run and is at nothing; undefined while that is not so. */
  waitsSince(doing: Doing | undefined): number | undefined {
    return this.assigned > 0 && doing?.phase === 'idle' ? Math.max(doing.since, this.#given) : undefined;
  }

  doing(): Doing | undefined {
    return this.#link.doing();
  }

  /** The worker has ended this attempt; undefined when it was not its to end (any more). */
  ended(index: number, attempt: number): Assignment | undefined {
    const first = this.#assigned[this.#head];
    if (first !== undefined && isThat(first, index, attempt)) {
      this.#head += 1;
      if (this.#head === this.#assigned.length) {
        this.#assigned = [];
        this.#head = 0;
      }
      return first;
    }
    const held = this.#held;
    if (held !== undefined && isThat(held, index, attempt)) {
      this.#held = undefined;
      return held;
    }
    // A mini-batch behind others can end first only when its data could not be read ahead.
    const at = this.#assigned.findIndex((assignment, position) => position >= this.#head && isThat(assignment, index, attempt));
    return at === -1 ? undefined : this.#assigned.splice(at, 1)[0];
  }

  /** Everything that it had, when it is dead. */
  leave(): Assignment[] {
    const left = this.#assigned.slice(this.#head);
    if (this.#held !== undefined) left.push(this.#held);
    this.#assigned = [];
    this.#head = 0;
    this.#held = undefined;
    return left;
  }
}

function isThat(assignment: Assignment, index: number, attempt: number): boolean {
  return assignment.index === index && assignment.attempt === attempt;
}
