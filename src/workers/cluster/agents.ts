/** The agents that a step's coordinator has heard of: those that it could ask, and those that are of no use to it. */
import { monotonicNow } from '../../os/clock.ts';
import { beatMs, type Hello } from './messages.ts';

/** They say hello every second. */
const freshMs = 6 * beatMs;

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
  /** By id. */
  readonly #heard = new Map<string, { readonly hello: Hello; readonly at: number }>();
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
    const hasAll = this.#labels.every((label) => labels.includes(label));
    const isOthers = labels.some((label) => label.startsWith(exclusivePrefix) && !this.#labels.includes(label));
    return !leaving && free > 0 && !this.#refused.has(id) && hasAll && !isOthers;
  }

  /** None is free there just now, or nobody answered: what was heard is not true any more. */
  forget(id: string): void {
    this.#heard.delete(id);
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
    return this.#heard.get(id)?.hello.labels ?? [];
  }
}
