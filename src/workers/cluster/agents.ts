/** The agents that a step's coordinator has heard of: those that it could ask, and those that are of no use to it. */
import { monotonicNow } from '../../os/clock.ts';
import { beatMs, type Hello } from './messages.ts';

/** They say hello every second. */
const freshMs = 6 * beatMs;

export class Agents {
  readonly #labels: readonly string[];
  readonly #version: string;
  readonly #notice: (level: 'info' | 'warning', message: string) => void;
  /** By id. */
  readonly #heard = new Map<string, { readonly hello: Hello; readonly at: number }>();
  /** By id: the name, and why. */
  readonly #refused = new Map<string, string>();

  constructor(labels: readonly string[], version: string, notice: (level: 'info' | 'warning', message: string) => void) {
    this.#labels = labels;
    this.#version = version;
    this.#notice = notice;
  }

  heard(hello: Hello): void {
    const { id, name, version } = hello;
    this.#heard.set(id, { hello, at: monotonicNow() });
    if (version === this.#version || this.#refused.has(id)) return;
    const why = `its agent is version ${version} of parallelrun, and this is ${this.#version}`;
    this.refused(id, name, why);
    this.#notice('warning', `The node ${name} is left alone: ${why}.`);
  }

  /** By the monotonic clock. */
  heardAt(id: string): number {
    return this.#heard.get(id)?.at ?? Number.NEGATIVE_INFINITY;
  }

  /** Those that may have something to give. */
  get candidates(): readonly Hello[] {
    const now = monotonicNow();
    return [...this.#heard.values()].flatMap(({ hello, at }) => (now - at < freshMs && this.#fits(hello) ? [hello] : []));
  }

  #fits({ id, labels, leaving, free }: Hello): boolean {
    return !leaving && free > 0 && !this.#refused.has(id) && this.#labels.every((label) => labels.includes(label));
  }

  /** None is free there just now, or nobody answered: what was heard is not true any more. */
  forget(id: string): void {
    this.#heard.delete(id);
  }

  refused(id: string, name: string, why: string): void {
    this.#refused.set(id, `${name}: ${why}`);
  }

  refusals(): readonly string[] {
    return [...this.#refused.values()];
  }
}
