/**
 * The machines of a cluster as the compute of a step: agents that a NATS server brings together with the step's coordinator. The
 * dispatcher decides here as it does on one machine; nodes join when agents have slots free, and count as dead when they are silent.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';
import { connectNats, type NatsLink } from '../../nats/connect.ts';
import { Inbox } from '../../nats/inbox.ts';
import { Queue } from '../../nats/queue.ts';
import { monotonicNow } from '../../os/clock.ts';
import type { Compute, ComputeUse, MachineUse, SegmentStore } from '../compute.ts';
import { Agents, type AgentWatch } from './agents.ts';
import {
  type AgentRequest,
  type AgentUse,
  type Beat,
  beatMs,
  type Hello,
  type Pulse,
  type StepOrder,
  type TakeAnswer,
} from './messages.ts';
import type { ClusterPlace } from './place.ts';
import { RemoteNode } from './remote-node.ts';

export interface ClusterStep {
  /** The same for all lives of the step, on whatever machine. */
  readonly key: string;
  /** For people. */
  readonly what: string;
  readonly order: StepOrder;
  readonly segments: SegmentStore;
  /** What runs the entry script. */
  readonly program: string;
  readonly version: string;
  /** Agents come because of the step: at the beginning there are none. */
  readonly startsAgents?: boolean;
  /** They may hold credentials. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly notice: (level: 'info' | 'warning', message: string) => void;
}

/** So long agents have to answer when the roll is called. */
const rollMs = 400;
/** An environment may have to be made. */
const takeMs = 20 * 60_000;
/** A pause of this process that is no other's fault. */
const pauseMs = 4 * beatMs;
/** Told, when there is no connection for so long. */
const outageToldMs = 5000;

export class ClusterCompute implements Compute {
  readonly segments: SegmentStore;
  readonly program: string;
  broken?: AbortSignal;
  readonly #link: NatsLink;
  #queue: Queue;
  readonly #place: ClusterPlace;
  readonly #step: ClusterStep;
  readonly #life = randomBytes(6).toString('hex');
  readonly #agents: Agents;
  /** Those that take work. */
  #nodes: readonly RemoteNode[] = [];
  /** Also those that are leaving; by grant. */
  readonly #all = new Map<string, RemoteNode>();
  /** By agent: the grant that it is asked for. */
  readonly #asking = new Map<string, string>();
  #slots = 0;
  #changed = () => {};
  #inbox: Inbox | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ticked = monotonicNow();
  #isOutageTold = false;
  #closed = false;

  private constructor(link: NatsLink, queue: Queue, place: ClusterPlace, step: ClusterStep) {
    this.#link = link;
    this.#queue = queue;
    this.#place = place;
    this.#step = step;
    this.segments = step.segments;
    this.program = step.program;
    this.#agents = new Agents(place.labels, step.version, step.notice);
  }

  /**
   * Returns when the agents that are there have answered. Where there is none, one may come later.
   * @throws RequestError when NATS cannot be used, another coordinator runs the step, or none of the agents can run it
   */
  static async open(place: ClusterPlace, step: ClusterStep, kill: AbortSignal): Promise<ClusterCompute> {
    const link = await connectNats(place.nats, `parallelrun ${step.what}`, step.environmentVariables);
    let compute: ClusterCompute | undefined;
    try {
      await refuseSecond(link, step);
      compute = new ClusterCompute(link, await Queue.open(link), place, step);
      await compute.#begin(kill);
      return compute;
    } catch (error) {
      await (compute?.close() ?? link.close());
      throw error;
    }
  }

  get nodes(): readonly RemoteNode[] {
    return this.#nodes;
  }

  watchNodes(changed: () => void): void {
    this.#changed = changed;
  }

  /** @param watch is told from here on */
  watchAgents(watch: AgentWatch): void {
    this.broken = watch.broken;
    this.#agents.watch(watch);
  }

  async use(): Promise<ComputeUse> {
    const uses = await this.#uses();
    return { workers: uses.flatMap(({ workers }) => workers), gpus: uses.flatMap(({ gpus }) => gpus) };
  }

  async machines(): Promise<readonly MachineUse[]> {
    return (await this.#uses()).map(({ machine }) => machine);
  }

  /** All nodes are free again, and nothing of the step is left in the queue. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#inbox?.close();
    const grants = [...this.#all.keys(), ...this.#asking.values()];
    for (const node of this.#all.values()) node.close();
    this.#all.clear();
    this.#asking.clear();
    this.#beat();
    if (this.#link.downSince === undefined) {
      const readers = [this.#readerName, ...grants.map(readerOf)];
      await Promise.allSettled([
        this.#queue.purge(this.#link.subjects.allOf(this.#step.key)),
        ...readers.map((name) => this.#queue.removeReader(name)),
      ]);
    }
    await this.#link.close();
  }

  async #begin(kill: AbortSignal): Promise<void> {
    const { subjects, nc } = this.#link;
    const { key } = this.#step;
    nc.subscribe(subjects.who(key), {
      callback: (_, message) => {
        message.respond(`process ${process.pid} of job ${this.#step.what}`);
      },
    });
    await this.#queue.purge(subjects.allOf(key));
    await this.#listen();
    nc.subscribe(subjects.step(key).pulse, {
      callback: (_, message) => {
        const pulse = message.json<Pulse>();
        this.#all.get(pulse.grant)?.pulse(pulse);
      },
    });
    nc.subscribe(subjects.hello, { callback: (_, message) => this.#hello(message.json<Hello>()) });
    this.#timer = setInterval(() => this.#tick(), beatMs);
    await this.#gather(kill);
  }

  async #listen(): Promise<void> {
    const { subjects } = this.#link;
    await this.#queue.reader(this.#readerName, subjects.reports(this.#step.key, this.#life, '*'));
    const take = (line: string, grant: string) => this.#all.get(grant)?.take(line);
    this.#inbox = await Inbox.open(this.#link, this.#readerName, take, () => void this.#queueLost());
  }

  get #readerName(): string {
    return `reports-${this.#step.key}-${this.#life}`;
  }

  /** Waits for the agents that are there now. */
  async #gather(kill: AbortSignal): Promise<void> {
    this.#beat();
    this.#link.nc.publish(this.#link.subjects.roll);
    const called = monotonicNow();
    for (let waits = true; waits && !kill.aborted; ) {
      await sleep(20);
      waits = this.#asking.size > 0 || (monotonicNow() - called < rollMs && this.#wanted > 0);
    }
    if (this.#nodes.length > 0 || kill.aborted) return;
    const { name, nats } = this.#place;
    const why = this.#agents.refusals();
    if (why.length > 0) {
      throw new RequestError({
        code: 'no-node',
        message: `No node of the compute ${name} can run the step:\n${why.map((line) => `  ${line}`).join('\n')}`,
        hint: `Look at the nodes with: prl compute check ${name}`,
      });
    }
    if (this.#step.startsAgents !== true)
      this.#step.notice('info', `No agent of the compute ${name} (${nats.url}) has a slot free: the step waits for one.`);
  }

  get #wanted(): number {
    const { nodes = Number.POSITIVE_INFINITY } = this.#place;
    return nodes - this.#nodes.length - this.#asking.size;
  }

  #hello(hello: Hello): void {
    if (this.#closed) return;
    this.#agents.heard(hello);
    if (hello.leaving) {
      const leaving = this.#nodes.filter(({ agent }) => agent === hello.id);
      for (const node of leaving) this.#step.notice('info', `The node ${node.name} leaves when its workers have finished what they have.`);
      if (leaving.length > 0) this.#leave(leaving);
      return;
    }
    const isKnown = this.#asking.has(hello.id) || [...this.#all.values()].some(({ agent }) => agent === hello.id);
    if (!isKnown && this.#wanted > 0 && hello.free > 0 && this.#agents.fits(hello)) void this.#take(hello);
  }

  async #take({ id, name }: Hello): Promise<void> {
    const { subjects, nc } = this.#link;
    const { key, what, order, version, notice } = this.#step;
    const { ackWaitMs, slotsPerNode } = this.#place;
    const grant = randomBytes(8).toString('hex');
    this.#asking.set(id, grant);
    const node = this.#nodeName(name);
    try {
      await this.#queue.reader(readerOf(grant), subjects.orders(key, grant));
      const request: AgentRequest = {
        kind: 'take',
        version,
        grant,
        node,
        key,
        life: this.#life,
        what,
        ...(slotsPerNode !== undefined && { slots: slotsPerNode }),
        ackWaitMs,
        order,
      };
      const answer = (await nc.request(subjects.agent(id), JSON.stringify(request), { timeout: takeMs })).json<TakeAnswer>();
      // It may have been silent for too long meanwhile.
      if (this.#closed || this.#asking.get(id) !== grant) return;
      this.#asking.delete(id);
      if (answer.kind === 'refused') {
        this.#agents.refused(id, name, answer.why);
        notice('warning', `The node ${name} cannot run the step: ${answer.why}`);
      }
      if (answer.kind === 'taken') this.#join(id, grant, node, answer.slots);
      else await this.#queue.removeReader(readerOf(grant));
    } catch (error) {
      if (this.#closed || this.#asking.get(id) !== grant) return;
      this.#asking.delete(id);
      notice('warning', `The node ${name} did not answer: ${messageOf(error)}`);
    }
  }

  /** Unique among those that live: log files are called by it. */
  #nodeName(name: string): string {
    const taken = new Set([...this.#all.values()].map((node) => node.name));
    for (let number = 1; ; number += 1) {
      const candidate = number === 1 ? name : `${name}-${number}`;
      if (!taken.has(candidate)) return candidate;
    }
  }

  #join(agent: string, grant: string, name: string, names: readonly string[]): void {
    const { ackWaitMs } = this.#place;
    const slots = names.map((slot) => {
      const number = this.#slots;
      this.#slots += 1;
      return { number, name: slot, label: `${name}/${slot}` };
    });
    const orders = this.#link.subjects.orders(this.#step.key, grant);
    const setup = { name, agent, grant, slots, orders, patienceMs: 2 * ackWaitMs };
    const node = new RemoteNode(
      this.#link,
      setup,
      (lost) => this.#lose(lost, setup.patienceMs),
      (idle) => this.#release(idle),
    );
    this.#all.set(grant, node);
    this.#nodes = [...this.#nodes, node];
    this.#agents.joined(agent);
    this.#step.notice('info', `The node ${name} joins with ${slots.length === 1 ? '1 slot' : `${slots.length} slots`}.`);
    this.#changed();
  }

  #leave(leaving: readonly RemoteNode[]): void {
    this.#nodes = this.#nodes.filter((node) => !leaving.includes(node));
    this.#changed();
    for (const node of leaving) this.#release(node);
  }

  /** Its slots are the agent's again, once it has left and nothing runs in them. */
  #release(node: RemoteNode): void {
    if (this.#nodes.includes(node) || !node.isIdle) return;
    this.#drop(node);
  }

  #drop(node: RemoteNode): void {
    if (!this.#all.delete(node.grant)) return;
    node.close();
    void this.#queue.removeReader(readerOf(node.grant)).catch(() => {});
  }

  #lose(node: RemoteNode, ms: number): void {
    this.#drop(node);
    if (ms > 0) this.#agents.lost(node.agent);
    const seconds = Math.round(ms / 1000);
    const message = `The node ${node.name} has not been heard of for ${seconds} s and counts as dead: others do what it had.`;
    this.#step.notice('warning', message);
    this.#nodes = this.#nodes.filter((other) => other !== node);
    this.#changed();
    node.lose(seconds);
  }

  /** Somebody has deleted the stream, or the server has lost it: what was in it is done anew, by nodes that begin anew. */
  async #queueLost(): Promise<void> {
    if (this.#closed || this.#inbox === undefined) return;
    this.#inbox.close();
    this.#inbox = undefined;
    this.#step.notice('warning', 'The queue of the NATS server is gone: it is made again, and what was in it is done anew.');
    for (const node of [...this.#all.values()]) this.#lose(node, 0);
    while (!this.#closed && this.#inbox === undefined) {
      try {
        this.#queue = await Queue.open(this.#link);
        await this.#listen();
      } catch {
        // No server, or no leader: it is asked until there is one.
        await sleep(beatMs, undefined, { ref: false });
      }
    }
  }

  #tick(): void {
    const now = monotonicNow();
    // Who did not run could not hear.
    if (now - this.#ticked > pauseMs) this.#link.excuse();
    this.#ticked = now;
    const { upSince, downSince } = this.#link;
    this.#tellOutage(downSince === undefined ? 0 : now - downSince);
    if (upSince === undefined) return;
    this.#beat();
    const { ackWaitMs } = this.#place;
    for (const node of [...this.#all.values()]) {
      const silent = now - Math.max(node.heard, upSince);
      if (silent > ackWaitMs) this.#lose(node, silent);
    }
    for (const id of [...this.#asking.keys()]) if (now - Math.max(this.#agents.heardAt(id), upSince) > ackWaitMs) this.#asking.delete(id);
  }

  #tellOutage(ms: number): void {
    if (ms === 0) this.#isOutageTold = false;
    if (ms < outageToldMs || this.#isOutageTold) return;
    this.#isOutageTold = true;
    this.#step.notice(
      'warning',
      `The NATS server at ${this.#place.nats.url} has not been reachable for 5 s: the step goes on when it is back.`,
    );
  }

  #beat(): void {
    if (this.#link.upSince === undefined) return;
    const beat: Beat = { life: this.#life, grants: [...this.#all.keys(), ...this.#asking.values()] };
    this.#link.nc.publish(this.#link.subjects.step(this.#step.key).beat, JSON.stringify(beat));
  }

  async #uses(): Promise<readonly AgentUse[]> {
    const asked = [...this.#all.values()].map(async ({ agent, grant }) => {
      const request: AgentRequest = { kind: 'use', grant };
      return (await this.#link.nc.request(this.#link.subjects.agent(agent), JSON.stringify(request), { timeout: 2000 })).json<AgentUse>();
    });
    return (await Promise.allSettled(asked)).flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }
}

function readerOf(grant: string): string {
  return `orders-${grant}`;
}

/** @throws RequestError when somebody answers for the step */
async function refuseSecond({ nc, subjects }: NatsLink, { key, what }: ClusterStep): Promise<void> {
  const answer = await nc.request(subjects.who(key), '', { timeout: 1000 }).catch(() => undefined);
  if (answer === undefined) return;
  throw new RequestError({
    code: 'job-running',
    message: `Job ${what} has a coordinator already, on another machine or in another home: ${answer.string()}.`,
    hint: 'Cancel the job there first, or let it end.',
  });
}
