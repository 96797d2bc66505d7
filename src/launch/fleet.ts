/**
 * The agents of a step, started and kept going: one whose machine dies, or whose time is up, is replaced at once. What the scheduler
 * says of those that wait is told when it changes.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../errors/thrown.ts';
import { RequestError } from '../errors/types.ts';
import type { AllocationState, Launcher } from './launcher.ts';
import { pendingText } from './pending.ts';

export interface FleetOptions {
  /** Agents at the same time. */
  readonly agents: number;
  readonly notice: (level: 'info' | 'warning', message: string) => void;
  /** The end of what an agent has printed. */
  readonly printed: (label: string) => string;
  /** Milliseconds between two looks: the first after something has changed, and the longest. */
  readonly pace?: { readonly least: number; readonly most: number };
}

interface Member {
  readonly label: string;
  readonly allocation: string;
  state: AllocationState;
  hasJoined: boolean;
}

/** So often, for each agent, one may end before it has joined, while none joins: it would go on like that. */
const mostRounds = 3;
/** Where others are at work, a replacement for one that failed waits ever longer. */
const longestPauseMs = 60_000;

export class Fleet {
  readonly #launcher: Launcher;
  readonly #options: FleetOptions;
  /** By label. */
  readonly #members = new Map<string, Member>();
  readonly #closing = new AbortController();
  readonly #broken = new AbortController();
  /** Interrupts the pause between two looks. */
  #woken = new AbortController();
  #failures = 0;
  #retryAt = 0;
  #told = '';
  #isAway = false;
  #watching: Promise<void> = Promise.resolve();

  private constructor(launcher: Launcher, options: FleetOptions) {
    this.#launcher = launcher;
    this.#options = options;
  }

  /**
   * Returns when the scheduler has taken the request; what an earlier life of the step has left is given back first.
   * @throws RequestError in the scheduler's own words
   */
  static async start(launcher: Launcher, options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(launcher, options);
    await launcher.clear();
    try {
      await fleet.#fill();
    } catch (error) {
      // Some may have been taken.
      await launcher.clear().catch(() => {});
      throw error;
    }
    fleet.#watching = fleet.#watch();
    return fleet;
  }

  /** Aborted, with a RequestError, when there will be no agents. */
  get broken(): AbortSignal {
    return this.#broken.signal;
  }

  /** The agent has come. */
  joined(label: string): void {
    const member = this.#members.get(label);
    if (member === undefined) return;
    member.hasJoined = true;
    this.#failures = 0;
    this.#wake();
  }

  /** Nothing has been heard of the agent: its machine may be dead, and the scheduler learn that much later. */
  lost(label: string): void {
    const member = this.#members.get(label);
    if (member === undefined || this.#closing.signal.aborted) return;
    this.#members.delete(label);
    this.#options.notice('warning', `${this.#called(member)} is given back, and another takes its place: its agent is silent.`);
    void this.#launcher.cancel([member.allocation]).catch(() => {});
    this.#wake();
  }

  /** The agent has come, and cannot do the work. */
  refused(label: string, why: string): void {
    const member = this.#members.get(label);
    if (member === undefined) return;
    this.#members.delete(label);
    void this.#launcher.cancel([member.allocation]).catch(() => {});
    this.#fail(why);
    this.#wake();
  }

  /** All is given back. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake();
    await this.#watching;
    try {
      await this.#launcher.clear();
    } catch (error) {
      const left = [...this.#members.values()].map(({ allocation }) => allocation).join(', ');
      this.#options.notice('warning', `${this.#launcher.name} was not told that ${left} are no longer needed: ${messageOf(error)}`);
    }
  }

  async #watch(): Promise<void> {
    const { least, most } = this.#options.pace ?? { least: 1000, most: 10_000 };
    let pause = least;
    while (!this.#closing.signal.aborted && !this.#broken.signal.aborted) {
      const hasChanged = await this.#look();
      pause = hasChanged || this.#woken.signal.aborted ? least : Math.min(most, pause * 1.5);
      if (this.#woken.signal.aborted) this.#woken = new AbortController();
      await sleep(pause, undefined, { signal: this.#woken.signal, ref: false }).catch(() => {});
    }
  }

  /** @returns whether anything is other than it was */
  async #look(): Promise<boolean> {
    try {
      const known = await this.#launcher.look();
      let hasChanged = false;
      for (const member of [...this.#members.values()]) hasChanged = this.#note(member, known.get(member.allocation)) || hasChanged;
      if (!this.#closing.signal.aborted && !this.#broken.signal.aborted) await this.#fill();
      this.#tellPending();
      if (this.#isAway) this.#options.notice('info', `${this.#launcher.name} answers again.`);
      this.#isAway = false;
      return hasChanged;
    } catch (error) {
      if (!this.#isAway)
        this.#options.notice('warning', `${messageOf(error)} What runs goes on, and ${this.#launcher.name} is asked again.`);
      this.#isAway = true;
      return false;
    }
  }

  #note(member: Member, state: AllocationState = { kind: 'ended', why: 'unknown to it now', host: '' }): boolean {
    const isSame = member.state.kind === state.kind;
    member.state = state;
    if (state.kind !== 'ended' || this.#closing.signal.aborted) return !isSame;
    this.#members.delete(member.label);
    const { name } = this.#launcher;
    if (member.hasJoined) {
      this.#options.notice('info', `${this.#called(member)} has ended (${state.why}): another takes its place.`);
    } else {
      const printed = this.#options.printed(member.label);
      const words = printed === '' ? 'Its agent has printed nothing.' : `Its agent has printed:\n${printed.replaceAll(/^/gm, '  ')}`;
      this.#fail(`${this.#called(member)} ended before its agent had come: ${name} says ${state.why}. ${words}`);
    }
    return true;
  }

  #fail(why: string): void {
    this.#failures += 1;
    const rounds = this.#failures / this.#options.agents;
    this.#retryAt = performance.now() + Math.min(longestPauseMs, 500 * 2 ** rounds);
    const isAtWork = [...this.#members.values()].some(({ hasJoined }) => hasJoined);
    if (isAtWork || rounds < mostRounds) {
      this.#options.notice('warning', why);
      return;
    }
    const message = `No agent could be brought to work on the compute, in ${this.#failures} tries. The last one: ${why}`;
    this.#broken.abort(new RequestError({ code: 'no-agents', message }));
  }

  async #fill(): Promise<void> {
    const missing = this.#options.agents - this.#members.size;
    if (missing <= 0 || (this.#failures > 0 && performance.now() < this.#retryAt)) return;
    const batch = randomBytes(4).toString('hex');
    const labels = Array.from({ length: missing }, (_, index) => `agent=${batch}-${index}`);
    const allocations = await this.#launcher.start(labels);
    for (const [index, label] of labels.entries()) {
      const state: AllocationState = { kind: 'pending', reason: '' };
      this.#members.set(label, { label, allocation: allocations[index] ?? '', state, hasJoined: false });
    }
  }

  #tellPending(): void {
    const { agents } = this.#options;
    const waiting = [...this.#members.values()].flatMap(({ allocation, state }) =>
      state.kind === 'pending' && state.reason !== '' ? [{ allocation, reason: state.reason }] : [],
    );
    const text = pendingText(this.#launcher.name, waiting, agents === 1 ? 'the node' : `${waiting.length} of ${agents} nodes`);
    if (text !== this.#told && text !== '') this.#options.notice('info', text);
    this.#told = text;
  }

  #called({ allocation, state }: Member): string {
    const where = state.kind !== 'pending' && state.host !== '' ? ` on ${state.host}` : '';
    return `${this.#launcher.name} ${this.#launcher.unit} ${allocation}${where}`;
  }

  #wake(): void {
    this.#woken.abort();
  }
}
