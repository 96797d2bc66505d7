/** The agents that a step's coordinator has heard of, and those that are of no use to it. */
import { monotonicNow } from '../../os/clock.ts';
import type { Hello } from './messages.ts';

export class Agents {
  readonly #labels: readonly string[];
  readonly #version: string;
  readonly #notice: (level: 'info' | 'warning', message: string) => void;
  readonly #heard = new Map<string, number>();
  /** By id: the name, and why. */
  readonly #refused = new Map<string, string>();

  constructor(labels: readonly string[], version: string, notice: (level: 'info' | 'warning', message: string) => void) {
    this.#labels = labels;
    this.#version = version;
    this.#notice = notice;
  }

  heard({ id }: Hello): void {
    this.#heard.set(id, monotonicNow());
  }

  /** By the monotonic clock. */
  heardAt(id: string): number {
    return this.#heard.get(id) ?? Number.NEGATIVE_INFINITY;
  }

  /** Whether it is worth asking. */
  fits({ id, name, version, labels }: Hello): boolean {
    if (!this.#labels.every((label) => labels.includes(label))) return false;
    if (version !== this.#version && !this.#refused.has(id)) {
      const why = `its agent is version ${version} of parallelrun, and this is ${this.#version}`;
      this.refused(id, name, why);
      this.#notice('warning', `The node ${name} is left alone: ${why}.`);
    }
    return !this.#refused.has(id);
  }

  refused(id: string, name: string, why: string): void {
    this.#refused.set(id, `${name}: ${why}`);
  }

  refusals(): readonly string[] {
    return [...this.#refused.values()];
  }
}
