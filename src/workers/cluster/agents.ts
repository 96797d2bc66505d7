/** The agents that a step's coordinator has heard of, and those that are of no use to it. */
import { monotonicNow } from '../../os/clock.ts';
import type { Hello } from './messages.ts';

/** Whoever has started agents, and wants to know what becomes of them. Those that others have started are told of as well. */
export interface AgentWatch {
  /** Aborted, with a RequestError, when none will come any more. */
  readonly broken: AbortSignal;
  joined(labels: readonly string[]): void;
  /** It cannot run the step. */
  refused(labels: readonly string[], why: string): void;
  /** It had work, or was asked to take some, and is silent. */
  lost(labels: readonly string[]): void;
}

/** An agent that has such a label works for those alone who ask for it. */
export const exclusivePrefix = 'step=';

export class Agents {
  readonly #labels: readonly string[];
  readonly #version: string;
  readonly #notice: (level: 'info' | 'warning', message: string) => void;
  readonly #heard = new Map<string, { readonly at: number; readonly labels: readonly string[] }>();
  /** By id: the name, and why. */
  readonly #refused = new Map<string, string>();
  #watch: AgentWatch | undefined;

  constructor(labels: readonly string[], version: string, notice: (level: 'info' | 'warning', message: string) => void) {
    this.#labels = labels;
    this.#version = version;
    this.#notice = notice;
  }

  watch(watch: AgentWatch): void {
    this.#watch = watch;
  }

  heard({ id, labels }: Hello): void {
    this.#heard.set(id, { at: monotonicNow(), labels });
  }

  /** By the monotonic clock. */
  heardAt(id: string): number {
    return this.#heard.get(id)?.at ?? Number.NEGATIVE_INFINITY;
  }

  /** Whether it is worth asking. */
  fits({ id, name, version, labels }: Hello): boolean {
    if (!this.#labels.every((label) => labels.includes(label))) return false;
    if (!labels.every((label) => !label.startsWith(exclusivePrefix) || this.#labels.includes(label))) return false;
    if (version !== this.#version && !this.#refused.has(id)) {
      const why = `its agent is version ${version} of parallelrun, and this is ${this.#version}`;
      this.refused(id, name, why);
      this.#notice('warning', `The node ${name} is left alone: ${why}.`);
    }
    return !this.#refused.has(id);
  }

  refused(id: string, name: string, why: string): void {
    this.#refused.set(id, `${name}: ${why}`);
    this.#watch?.refused(this.#labelsOf(id), `The node ${name} cannot run the step: ${why}`);
  }

  joined(id: string): void {
    this.#watch?.joined(this.#labelsOf(id));
  }

  lost(id: string): void {
    this.#watch?.lost(this.#labelsOf(id));
  }

  refusals(): readonly string[] {
    return [...this.#refused.values()];
  }

  #labelsOf(id: string): readonly string[] {
    return this.#heard.get(id)?.labels ?? [];
  }
}
