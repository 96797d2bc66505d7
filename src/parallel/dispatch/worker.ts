/** What the dispatcher knows of one worker: its process, and the mini-batches that it has been given. */
import type { WorkerProcess } from '../../workers/local/worker-process.ts';
import type { Assignment } from './queue.ts';

/** A place for a worker; a worker that died is replaced in its slot, under its name. */
export interface Slot {
  readonly number: number;
  readonly node: number;
  readonly nodeName: string;
  /** `process003`; unique on its node. */
  readonly name: string;
  /** For people: with the node where there are several. */
  readonly label: string;
  /** Index of the GPU that is the slot's own; null where all are taken; absent where there are none. */
  readonly gpu?: string | null;
}

export type WorkerState = 'starting' | 'ready' | 'stopping' | 'dead';

/** Why we killed it, if we did. */
export type KillReason =
  | { readonly kind: 'timeout'; readonly what: 'run' | 'load'; readonly seconds: number }
  | { readonly kind: 'stopped' };

export class Worker {
  readonly slot: Slot;
  readonly process: WorkerProcess;
  /** Number of its segment; one per process, so that a half-written row of a dead one is in nobody's way. */
  readonly segment: number;
  state: WorkerState = 'starting';
  killed: KillReason | undefined;
  /** When it was last heard of; epoch milliseconds. */
  heard = Date.now();
  /** In the order in which it runs them. */
  #assigned: Assignment[] = [];
  #head = 0;
  /** Being loaded, without leave to run. */
  held: Assignment | undefined;

  constructor(slot: Slot, process: WorkerProcess, segment: number) {
    this.slot = slot;
    this.process = process;
    this.segment = segment;
  }

  get assigned(): number {
    return this.#assigned.length - this.#head;
  }

  run(assignments: readonly Assignment[]): void {
    for (const assignment of assignments) this.#assigned.push(assignment);
    this.process.send(`[${assignments.map(taskText).join(',')}]`);
  }

  load(assignment: Assignment): void {
    this.held = assignment;
    this.process.send(`{"type":"load","task":${taskText(assignment)}}`);
  }

  /** Gives leave to run what is being loaded. */
  go(): void {
    if (this.held === undefined) return;
    this.#assigned.push(this.held);
    this.process.send(`{"type":"go","index":${this.held.index}}`);
    this.held = undefined;
  }

  /** Takes back what is being loaded. */
  drop(): Assignment | undefined {
    const held = this.held;
    if (held === undefined) return undefined;
    this.held = undefined;
    this.process.send(`{"type":"drop","index":${held.index}}`);
    return held;
  }

  stop(): void {
    this.state = 'stopping';
    this.process.send('{"type":"stop"}');
  }

  /** The worker has ended this one; undefined when it was not its to end. */
  ended(index: number): Assignment | undefined {
    const first = this.#assigned[this.#head];
    if (first?.index === index) {
      this.#head += 1;
      if (this.#head === this.#assigned.length) {
        this.#assigned = [];
        this.#head = 0;
      }
      return first;
    }
    if (this.held?.index === index) {
      const held = this.held;
      this.held = undefined;
      return held;
    }
    // A mini-batch behind others can end first only when its data could not be read ahead.
    const at = this.#assigned.findIndex((assignment, position) => position >= this.#head && assignment.index === index);
    return at === -1 ? undefined : this.#assigned.splice(at, 1)[0];
  }

  /** Everything that it had, when it is dead. */
  leave(): Assignment[] {
    const left = this.#assigned.slice(this.#head);
    if (this.held !== undefined) left.push(this.held);
    this.#assigned = [];
    this.#head = 0;
    this.held = undefined;
    return left;
  }
}

function taskText(assignment: Assignment): string {
  return `[${assignment.index},${assignment.attempt},${assignment.text}]`;
}
