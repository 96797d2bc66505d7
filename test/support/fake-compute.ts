/**
 * A compute without processes: its workers do what a test tells them, one step at a time, as processes behind pipes would. Commands
 * wait in an inbox until the worker looks, reports in an outbox until they are delivered, and the exit comes behind the last of them.
 */
import { crc32 } from 'node:zlib';
import type { Clock } from '../../src/os/clock.ts';
import {
  type Compute,
  type ComputeUse,
  LostRows,
  type MachineUse,
  type Node,
  type Rows,
  type SegmentStore,
  type Slot,
  type WorkerExit,
  type WorkerLink,
  type WorkerListener,
  type WorkerOrder,
} from '../../src/workers/compute.ts';
import type { Assignment, Command, Doing, Failure, ItemRange, Outcome, Report } from '../../src/workers/protocol/messages.ts';

/** What becomes of an attempt. `late`: it takes too long, and is done all the same. */
export type Fate = 'ok' | 'fails' | 'unreadable' | 'dies' | 'hangs' | 'late';

export interface Script {
  /** @param part of its items, where only these are tried */
  fate(index: number, attempt: number, part?: ItemRange): Fate;
  rows(index: number, part?: ItemRange): string;
  /** Of the whole. Default: 1 */
  items?(index: number): number;
  /** Whether the `start`th worker of this life (from 0 on) fails in `init()`. */
  initFails(start: number): boolean;
}

/** It goes on only when told. */
export class FakeClock implements Clock {
  #now = 0;
  #set = 0;
  readonly #ticks = new Set<() => void>();

  now(): number {
    return this.#now;
  }

  epoch(): number {
    return 1_700_000_000_000 + this.#now + this.#set;
  }

  /** Sets the clock on the wall ahead. */
  setWall(milliseconds: number): void {
    this.#set += milliseconds;
  }

  every(_milliseconds: number, tick: () => void): () => void {
    this.#ticks.add(tick);
    return () => this.#ticks.delete(tick);
  }

  get isTicking(): boolean {
    return this.#ticks.size > 0;
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds;
    for (const tick of [...this.#ticks]) tick();
  }
}

export class FakeSegments implements SegmentStore {
  readonly #segments: Map<number, Buffer>;
  /** Bytes that a loss of power cannot take. */
  readonly #synced: Map<number, number>;
  #next: number;
  isOpen = true;

  constructor(from?: FakeSegments) {
    this.#segments = new Map(from === undefined ? [] : from.#segments);
    this.#synced = new Map(from === undefined ? [] : from.#synced);
    this.#next = from === undefined ? 1 : from.#next;
  }

  allot(): number {
    this.#next += 1;
    return this.#next - 1;
  }

  append(segment: number, text: string): Omit<Rows, 'segment'> {
    const before = this.#segments.get(segment) ?? Buffer.alloc(0);
    const bytes = Buffer.from(text);
    this.#segments.set(segment, Buffer.concat([before, bytes]));
    return { offset: before.length, length: bytes.length, crc: crc32(bytes) };
  }

  forget(): void {}

  losePower(): void {
    for (const [segment, bytes] of this.#segments) this.#segments.set(segment, bytes.subarray(0, this.#synced.get(segment) ?? 0));
  }

  /** A bit of what a worker wrote is not what it was; nothing where there is none. */
  flipBit(at: number): void {
    const written = [...this.#segments].filter(([, bytes]) => bytes.length > 0);
    const [segment, bytes] = written[at % Math.max(1, written.length)] ?? [];
    if (segment === undefined || bytes === undefined) return;
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(at % bytes.length) ^ 1, at % bytes.length);
    this.#segments.set(segment, flipped);
  }

  async intact({ segment, offset, length, crc }: Rows): Promise<boolean> {
    const rows = this.#segments.get(segment)?.subarray(offset, offset + length);
    return rows?.length === length && crc32(rows) === crc;
  }

  async read(segment: number, offset: number, target: Uint8Array): Promise<void> {
    const rows = this.#segments.get(segment)?.subarray(offset, offset + target.length);
    if (rows?.length !== target.length) throw new LostRows(`segment ${segment} has no ${target.length} bytes at ${offset}`);
    target.set(rows);
  }

  async sync(segments: Iterable<number>): Promise<void> {
    for (const segment of segments) this.#synced.set(segment, this.#segments.get(segment)?.length ?? 0);
  }

  clear(): void {
    this.#segments.clear();
  }

  async close(): Promise<void> {
    this.isOpen = false;
  }
}

export class FakeCompute implements Compute {
  readonly program = 'fake';
  nodes: readonly Node[] = [];
  readonly segments: FakeSegments;
  readonly clock: FakeClock;
  readonly script: Script;
  /** Those that live, or whose exit has not been delivered. */
  readonly workers: FakeWorker[] = [];
  starts = 0;
  #slots = 0;
  #joined = 0;
  #changed = () => {};

  constructor(slots: readonly number[], script: Script, clock: FakeClock, segments = new FakeSegments()) {
    this.script = script;
    this.clock = clock;
    this.segments = segments;
    for (const count of slots) this.join(count);
  }

  watchNodes(changed: () => void): void {
    this.#changed = changed;
  }

  /** @param count of its slots */
  join(count: number): void {
    const node: Node = {
      name: `node${this.#joined}`,
      slots: Array.from({ length: count }, () => {
        const number = this.#slots;
        this.#slots += 1;
        return { number, name: `process${number}`, label: `process${number}` };
      }),
      start: (slot, order, listener) => this.#start(slot, order, listener),
    };
    this.#joined += 1;
    this.nodes = [...this.nodes, node];
    this.#changed();
  }

  /** The node takes no more work. `lost`: nothing is heard of its workers any more, but that. */
  leave(which: number, lost: boolean): void {
    const node = this.nodes[which % Math.max(1, this.nodes.length)];
    if (node === undefined) return;
    this.nodes = this.nodes.filter((other) => other !== node);
    this.#changed();
    if (!lost) return;
    for (const worker of this.workers) if (node.slots.some(({ number }) => number === worker.slot.number)) worker.lose(node.name);
  }

  #start(slot: Slot, order: WorkerOrder, listener: WorkerListener): WorkerLink {
    if (this.workers.some((worker) => worker.slot.number === slot.number)) throw new Error(`slot ${slot.number} is taken`);
    const worker = new FakeWorker(
      this,
      slot,
      order.appendRow?.segment ?? 0,
      listener,
      this.script.initFails(this.starts) ? this.starts : undefined,
    );
    this.starts += 1;
    this.workers.push(worker);
    return worker;
  }

  async use(): Promise<ComputeUse> {
    return { workers: [], gpus: [] };
  }

  async machines(): Promise<readonly MachineUse[]> {
    return [];
  }
}

export class FakeWorker implements WorkerLink {
  readonly slot: Slot;
  readonly #compute: FakeCompute;
  readonly #segment: number;
  readonly #listener: WorkerListener;
  /** Which start it is, where that fails. */
  readonly #failingStart: number | undefined;
  #inbox: Command[] = [];
  #outbox: Report[] = [];
  /** Leave to run. */
  #queue: Assignment[] = [];
  readonly #loading = new Map<number, Assignment>();
  /** Done, and not told. */
  #outcomes: Outcome[] = [];
  #initialised = false;
  #stopping = false;
  #doing: Doing | undefined;
  #exit: WorkerExit | undefined;

  constructor(compute: FakeCompute, slot: Slot, segment: number, listener: WorkerListener, failingStart: number | undefined) {
    this.slot = slot;
    this.#compute = compute;
    this.#segment = segment;
    this.#listener = listener;
    this.#failingStart = failingStart;
  }

  send(command: Command): void {
    this.#inbox.push(command);
  }

  doing(): Doing | undefined {
    return this.#doing;
  }

  killHung(): void {
    this.kill();
  }

  kill(): void {
    this.#exit ??= { kind: 'killed', signal: 'SIGKILL' };
  }

  /** Stuck in `run()`: only a kill helps. */
  get hangs(): boolean {
    return this.#exit === undefined && this.#doing?.phase === 'running';
  }

  get isIdle(): boolean {
    return this.#initialised && this.#doing?.phase === 'idle';
  }

  /** Takes the commands in, and does one thing: `init()`, or one attempt, or its leave. */
  work(tellAtOnce: boolean): void {
    if (this.#exit !== undefined || this.hangs) return;
    if (!this.#initialised) {
      this.#init();
      return;
    }
    for (const command of this.#inbox.splice(0)) this.#take(command);
    const next = this.#queue.shift();
    if (next !== undefined) this.#attempt(next);
    if (tellAtOnce || next === undefined) this.tell();
    if (next === undefined && this.#stopping) {
      this.#outbox.push({ type: 'stopped' });
      this.#exit = { kind: 'exited', code: 0 };
    }
  }

  /** Reads ahead what it was told to load, and tells at once if that cannot be read. */
  readAhead(): void {
    if (this.#exit !== undefined || this.hangs) return;
    for (const assignment of this.#loading.values()) {
      const { index, attempt, part } = assignment;
      if (this.#compute.script.fate(index, attempt, part) !== 'unreadable') continue;
      this.#loading.delete(index);
      this.#outbox.push(this.#failure(assignment, 'load'));
    }
  }

  /** Reports what it has done and not told. */
  tell(): void {
    if (this.#exit !== undefined || this.#outcomes.length === 0) return;
    this.#outbox.push({ type: 'done', outcomes: this.#outcomes.splice(0) });
  }

  /** From outside, while it works on nothing: what it has done and not told is lost. */
  die(exit: WorkerExit = { kind: 'killed', signal: 'SIGKILL' }): void {
    this.#exit ??= exit;
  }

  /** Its node is lost: what it has said and nobody heard is lost as well. */
  lose(node: string): void {
    this.#outbox = [];
    this.#exit = { kind: 'node_lost', node, why: 'it has not been heard of' };
  }

  /** One message arrives; false when there is none. */
  deliver(): boolean {
    if (!this.#compute.workers.includes(this)) return false;
    const report = this.#outbox.shift();
    if (report !== undefined) this.#listener.report(report);
    else if (this.#exit !== undefined) {
      this.#compute.workers.splice(this.#compute.workers.indexOf(this), 1);
      this.#listener.exit(this.#exit);
    } else return false;
    return true;
  }

  #init(): void {
    this.#initialised = true;
    if (this.#failingStart !== undefined) {
      // For a reason of its own each time: all starts that fail alike would not be tried again.
      const message = `no module ${'m'.repeat(this.#failingStart + 1)}`;
      this.#outbox.push({ type: 'init_failed', error: { type: 'ImportError', message } });
      this.#exit = { kind: 'exited', code: 1 };
      return;
    }
    this.#doing = { phase: 'idle', index: 0, attempt: 0, since: this.#compute.clock.now() };
    this.#outbox.push({ type: 'ready', pid: 1, initMs: 1, interpreter: 'fake' });
  }

  #take(command: Command): void {
    switch (command.type) {
      case 'run':
        this.#queue.push(...command.assignments);
        break;
      case 'load':
        this.#loading.set(command.assignment.index, command.assignment);
        break;
      case 'go': {
        const loaded = this.#loading.get(command.index);
        this.#loading.delete(command.index);
        if (loaded !== undefined) this.#queue.push(loaded);
        break;
      }
      case 'drop':
        this.#loading.delete(command.index);
        break;
      case 'stop':
        this.#stopping = true;
    }
  }

  #attempt(assignment: Assignment): void {
    const { script, segments, clock } = this.#compute;
    const { index, attempt, part } = assignment;
    const fate = script.fate(index, attempt, part);
    switch (fate) {
      case 'fails':
      case 'unreadable':
        this.tell();
        this.#outbox.push(this.#failure(assignment, fate === 'fails' ? 'run' : 'load'));
        return;
      case 'dies':
        // What was told is under way; what was not is lost, and begun again by another.
        this.#markRunning(assignment);
        this.#exit = { kind: 'killed', signal: 'SIGSEGV' };
        return;
      case 'hangs':
        this.tell();
        this.#markRunning(assignment);
        return;
      case 'ok':
      case 'late': {
        const rows = segments.append(this.#segment, script.rows(index, part));
        const items = this.#items(assignment);
        this.#outcomes.push({ index, attempt, items, returned: items, ...rows, started: clock.epoch(), loadMs: 0, runMs: 1 });
        if (fate === 'late') {
          this.tell();
          this.#markRunning(assignment);
        } else this.#doing = { phase: 'idle', index: 0, attempt: 0, since: clock.now() };
      }
    }
  }

  #items({ index, part }: Assignment): number {
    const all = this.#compute.script.items?.(index) ?? 1;
    return part === undefined ? all : Math.min(part.to, all) - Math.min(part.from, all);
  }

  #failure(assignment: Assignment, phase: Failure['phase']): Report {
    const { index, attempt } = assignment;
    const error = { type: 'ValueError', message: `mini-batch ${index}` };
    const items = phase === 'load' ? null : this.#items(assignment);
    return { type: 'failed', index, attempt, items, phase, error, started: this.#compute.clock.epoch(), loadMs: 0, runMs: 1 };
  }

  #markRunning(assignment: Assignment): void {
    const { index, attempt } = assignment;
    this.#doing = { phase: 'running', index, attempt, items: this.#items(assignment), since: this.#compute.clock.now() };
  }
}
