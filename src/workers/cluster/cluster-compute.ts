/**
 * The machines of a cluster as the compute of a step: agents that a NATS server brings together with the step's coordinator. The
 * dispatcher decides here as it does on one machine; nodes join when agents have slots free, and count as dead when they are silent.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { RequestError } from '../../errors/types.ts';
import { connectNats, type NatsLink } from '../../nats/connect.ts';
import { Inbox } from '../../nats/inbox.ts';
import { Queue } from '../../nats/queue.ts';
import { monotonicNow } from '../../os/clock.ts';
import type { Compute, ComputeUse, MachineUse, SegmentStore } from '../compute.ts';
import type { AgentWatch } from './agents.ts';
import { type AgentRequest, type AgentUse, type Beat, beatMs, type Hello, type Pulse } from './messages.ts';
import type { ClusterPlace } from './place.ts';
import { type Given, Recruiter, readerOf, type Staff } from './recruiter.ts';
import { RemoteNode } from './remote-node.ts';
import type { ClusterStep } from './step.ts';

/** So long agents have to answer when the roll is called. */
const rollMs = 400;
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
  readonly #recruiter: Recruiter;
  /** Those that take work. */
  #nodes: readonly RemoteNode[] = [];
  /** Also those that are leaving; by grant. */
  readonly #all = new Map<string, RemoteNode>();
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
    this.#recruiter = new Recruiter({
      link,
      queue: () => this.#queue,
      place,
      step,
      life: this.#life,
      staff: () => this.#staff(),
      joined: (given) => this.#join(given),
    });
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
    this.#recruiter.watch(watch);
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
    const grants = [...this.#all.keys(), ...this.#recruiter.grants];
    for (const node of this.#all.values()) node.close();
    this.#all.clear();
    this.#recruiter.close();
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
    const { subjects } = this.#link;
    const { key } = this.#step;
    this.#link.hear(subjects.who(key), (_, answer) => answer(`process ${process.pid} of job ${this.#step.what}`));
    await this.#queue.purge(subjects.allOf(key));
    await this.#listen();
    this.#link.hear<Pulse>(subjects.step(key).pulse, (pulse) => this.#all.get(pulse.grant)?.pulse(pulse));
    this.#link.hear<Hello>(subjects.hello, (hello) => this.#hello(hello));
    this.#timer = setInterval(() => this.#tick(), beatMs);
    await this.#gather(kill);
  }

  async #listen(): Promise<void> {
    const { subjects } = this.#link;
    await this.#queue.reader(this.#readerName, subjects.reports(this.#step.key, this.#life, '*'));
    const take = (line: string, grant: string) => {
      const node = this.#all.get(grant);
      if (node?.take(line) === false) this.#lose(node, 'what it says is no report');
    };
    this.#inbox = await Inbox.open(this.#link, this.#readerName, take, () => void this.#queueLost());
  }

  get #readerName(): string {
    return `reports-${this.#step.key}-${this.#life}`;
  }

  /** Waits for the agents that are there now. */
  async #gather(kill: AbortSignal): Promise<void> {
    this.#beat();
    this.#link.say(this.#link.subjects.roll, {});
    const called = monotonicNow();
    for (let waits = true; waits && !kill.aborted; ) {
      await sleep(20);
      const isEarly = monotonicNow() - called < rollMs;
      const isComplete = this.#nodes.length >= (this.#place.nodes ?? Number.POSITIVE_INFINITY);
      // Who has to make an environment first joins when it is made.
      waits = this.#nodes.length > 0 ? isEarly && !isComplete : isEarly || this.#recruiter.grants.length > 0;
    }
    if (this.#nodes.length > 0 || kill.aborted) return;
    const { name, nats } = this.#place;
    const why = this.#recruiter.refusals;
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

  #staff(): Staff {
    const all = [...this.#all.values()];
    return {
      agents: new Set(all.map(({ agent }) => agent)),
      names: new Set(all.map(({ name }) => name)),
      nodes: this.#nodes.length,
    };
  }

  #hello(hello: Hello): void {
    if (this.#closed) return;
    this.#recruiter.heard(hello);
    if (!hello.leaving) return;
    const leaving = this.#nodes.filter(({ agent }) => agent === hello.id);
    for (const { name } of leaving) this.#step.notice('info', `The node ${name} leaves when its workers have finished what they have.`);
    if (leaving.length > 0) this.#leave(leaving);
  }

  #join({ agent, grant, node: name, slots: names }: Given): void {
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
      (lost) => this.#lose(lost, 'it does not say that a worker is killed'),
      (idle) => this.#release(idle),
    );
    this.#all.set(grant, node);
    this.#nodes = [...this.#nodes, node];
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

  /** @param why a clause about the node. @param isItsOwn whether something is wrong with the node itself */
  #lose(node: RemoteNode, why: string, isItsOwn = true): void {
    this.#drop(node);
    if (isItsOwn) this.#recruiter.lost(node.agent);
    this.#step.notice('warning', `The node ${node.name} counts as dead: ${why}. Others do what it had.`);
    this.#nodes = this.#nodes.filter((other) => other !== node);
    this.#changed();
    node.lose(why);
  }

  /** Somebody has deleted the stream, or the server has lost it: what was in it is done anew, by nodes that begin anew. */
  async #queueLost(): Promise<void> {
    if (this.#closed || this.#inbox === undefined) return;
    this.#inbox.close();
    this.#inbox = undefined;
    this.#step.notice('warning', 'The queue of the NATS server is gone: it is made again, and what was in it is done anew.');
    for (const node of [...this.#all.values()]) this.#lose(node, 'the queue of its orders is gone', false);
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
      if (silent > ackWaitMs) this.#lose(node, `it has not been heard of for ${Math.round(silent / 1000)} s`);
    }
    if (now - upSince > ackWaitMs) this.#recruiter.forgetSilent(now - ackWaitMs);
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
    const beat: Beat = { life: this.#life, grants: [...this.#all.keys(), ...this.#recruiter.grants] };
    this.#link.say(this.#link.subjects.step(this.#step.key).beat, beat);
  }

  async #uses(): Promise<readonly AgentUse[]> {
    const asked = [...this.#all.values()].map(({ agent, grant }) => {
      const request: AgentRequest = { kind: 'use', grant };
      return this.#link.ask<AgentUse>(this.#link.subjects.agent(agent), request, 2000);
    });
    return (await Promise.allSettled(asked)).flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }
}

/** @throws RequestError when somebody answers for the step */
async function refuseSecond(link: NatsLink, { key, what }: ClusterStep): Promise<void> {
  const answer = await link.ask<string>(link.subjects.who(key), {}, 1000).catch(() => undefined);
  if (answer === undefined) return;
  throw new RequestError({
    code: 'job-running',
    message: `Job ${what} has a coordinator already, on another machine or in another home: ${answer}.`,
    hint: 'Cancel the job there first, or let it end.',
  });
}
