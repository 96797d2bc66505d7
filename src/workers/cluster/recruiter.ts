/** Finds nodes for a step: asks agents for slots, and knows which are of no use. */
import { randomBytes } from 'node:crypto';
import { messageOf } from '../../errors/thrown.ts';
import type { NatsLink } from '../../nats/connect.ts';
import type { Queue } from '../../nats/queue.ts';
import { Agents, type AgentWatch } from './agents.ts';
import type { AgentRequest, Hello, TakeAnswer, TakeRequest } from './messages.ts';
import type { ClusterPlace } from './place.ts';
import type { ClusterStep } from './step.ts';

/** An environment may have to be made. */
const takeMs = 20 * 60_000;

/** Slots that an agent has given. */
export interface Given {
  readonly agent: string;
  readonly grant: string;
  /** The node's name. */
  readonly node: string;
  readonly slots: readonly string[];
}

/** Who works for the step already. */
export interface Staff {
  /** Agents, by their ids. */
  readonly agents: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  /** Nodes that take work. */
  readonly nodes: number;
}

export interface RecruiterSetup {
  readonly link: NatsLink;
  readonly queue: () => Queue;
  readonly place: ClusterPlace;
  readonly step: ClusterStep;
  /** Of the coordinator. */
  readonly life: string;
  readonly staff: () => Staff;
  readonly joined: (given: Given) => void;
}

interface Asked {
  readonly grant: string;
  readonly node: string;
}

export class Recruiter {
  readonly #setup: RecruiterSetup;
  readonly #agents: Agents;
  /** By the id of the agent. */
  readonly #asked = new Map<string, Asked>();
  #closed = false;

  constructor(setup: RecruiterSetup) {
    this.#setup = setup;
    const { place, step } = setup;
    this.#agents = new Agents(place.labels, step.version, step.notice);
  }

  /** Of those that have not answered yet. */
  get grants(): readonly string[] {
    return [...this.#asked.values()].map(({ grant }) => grant);
  }

  /** Why agents cannot run the step, a sentence for each. */
  get refusals(): readonly string[] {
    return this.#agents.refusals();
  }

  /** @param watch is told from here on */
  watch(watch: AgentWatch): void {
    this.#agents.watch(watch);
  }

  /** It had given slots, and counts as dead. @param agent its id */
  lost(agent: string): void {
    this.#agents.lost(agent);
  }

  heard(hello: Hello): void {
    this.#agents.heard(hello);
    this.#askMore();
  }

  /** Those that have not been heard of since then are not waited for. @param moment by the monotonic clock */
  forgetSilent(moment: number): void {
    for (const id of [...this.#asked.keys()]) {
      if (this.#agents.heardAt(id) >= moment) continue;
      this.#asked.delete(id);
      this.#agents.lost(id);
    }
  }

  close(): void {
    this.#closed = true;
    this.#asked.clear();
  }

  /** As many agents as nodes are missing. */
  #askMore(): void {
    const { place, staff } = this.#setup;
    for (const hello of this.#agents.candidates) {
      const { agents, nodes } = staff();
      if (this.#closed || nodes + this.#asked.size >= (place.nodes ?? Number.POSITIVE_INFINITY)) return;
      if (!agents.has(hello.id) && !this.#asked.has(hello.id)) void this.#ask(hello);
    }
  }

  async #ask({ id, name }: Hello): Promise<void> {
    const { step, joined, queue } = this.#setup;
    const asked = { grant: randomBytes(8).toString('hex'), node: this.#nodeName(name) };
    this.#asked.set(id, asked);
    const answer = await this.#answerOf(id, asked);
    // It may have been silent for too long meanwhile.
    if (this.#asked.get(id) !== asked) return;
    this.#asked.delete(id);
    if (answer.kind === 'taken') {
      this.#agents.joined(id);
      joined({ agent: id, ...asked, slots: answer.slots });
      return;
    }
    if (answer.kind === 'refused') {
      this.#agents.refused(id, name, answer.why);
      step.notice('warning', `The node ${name} cannot run the step: ${answer.why}`);
    }
    this.#agents.forget(id);
    this.#askMore();
    await queue()
      .removeReader(readerOf(asked.grant))
      .catch(() => {});
  }

  async #answerOf(id: string, { grant, node }: Asked): Promise<TakeAnswer> {
    const { link, queue, place, step, life } = this.#setup;
    const { key, what, order, version } = step;
    const { slotsPerNode: slots, ackWaitMs } = place;
    const take: TakeRequest = { version, grant, node, key, life, what, ...(slots !== undefined && { slots }), ackWaitMs, order };
    const request: AgentRequest = { kind: 'take', ...take };
    try {
      await queue().reader(readerOf(grant), link.subjects.orders(key, grant));
      return await link.ask<TakeAnswer>(link.subjects.agent(id), request, takeMs);
    } catch (error) {
      // It says hello again when it can be spoken to.
      if (!this.#closed) step.notice('info', `The node ${node} did not answer: ${messageOf(error)}.`);
      return { kind: 'full' };
    }
  }

  /** Unique among those that live: log files are called by it. */
  #nodeName(name: string): string {
    const { names } = this.#setup.staff();
    const taken = new Set([...names, ...[...this.#asked.values()].map(({ node }) => node)]);
    for (let number = 1; ; number += 1) {
      const candidate = number === 1 ? name : `${name}-${number}`;
      if (!taken.has(candidate)) return candidate;
    }
  }
}

/** Who reads the orders of a grant. */
export function readerOf(grant: string): string {
  return `orders-${grant}`;
}
