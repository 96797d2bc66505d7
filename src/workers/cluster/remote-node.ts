/** The slots that an agent has given to a step. */
import type { NatsLink } from '../../nats/connect.ts';
import { Outbox } from '../../nats/outbox.ts';
import { monotonicNow } from '../../os/clock.ts';
import type { Node, Slot, WorkerLink, WorkerListener, WorkerOrder } from '../compute.ts';
import { type ExitReport, line, type Pulse, readLine } from './messages.ts';
import { RemoteWorker } from './remote-worker.ts';

export interface RemoteNodeSetup {
  readonly name: string;
  /** The id of its agent. */
  readonly agent: string;
  readonly grant: string;
  readonly slots: readonly Slot[];
  /** The subject of its orders. */
  readonly orders: string;
  readonly patienceMs: number;
}

export class RemoteNode implements Node {
  readonly name: string;
  readonly agent: string;
  readonly grant: string;
  readonly slots: readonly Slot[];
  /** By the monotonic clock. */
  heard = monotonicNow();
  readonly #outbox: Outbox;
  readonly #patienceMs: number;
  readonly #lost: (node: RemoteNode) => void;
  readonly #idle: (node: RemoteNode) => void;
  /** By the slot's place. */
  readonly #workers = new Map<number, RemoteWorker>();

  /**
   * @param lost is called when what it was told to do does not happen
   * @param idle is called when its last worker is gone
   */
  constructor(link: NatsLink, setup: RemoteNodeSetup, lost: (node: RemoteNode) => void, idle: (node: RemoteNode) => void) {
    ({ name: this.name, agent: this.agent, grant: this.grant, slots: this.slots } = setup);
    this.#patienceMs = setup.patienceMs;
    this.#outbox = new Outbox(link, setup.orders);
    this.#lost = lost;
    this.#idle = idle;
  }

  get isIdle(): boolean {
    return this.#workers.size === 0;
  }

  start({ number }: Slot, order: WorkerOrder, listener: WorkerListener): WorkerLink {
    const place = this.slots.findIndex((slot) => slot.number === number);
    const say = (text: string) => this.#outbox.write(text);
    const worker = new RemoteWorker(place, say, listener, () => this.#lost(this), this.#patienceMs);
    this.#workers.set(place, worker);
    say(line('start', place, JSON.stringify(order)));
    return worker;
  }

  /** A line of the node's has come. False: it is none that a node of ours says. */
  take(text: string): boolean {
    const { verb, slot, rest } = readLine(text);
    const worker = this.#workers.get(slot);
    if (worker === undefined) return true;
    if (verb === 'report') return worker.report(rest);
    if (verb !== 'exit') return false;
    this.#workers.delete(slot);
    worker.exit(JSON.parse(rest) as ExitReport);
    if (this.isIdle) this.#idle(this);
    return true;
  }

  pulse({ doing }: Pulse): void {
    this.heard = monotonicNow();
    for (const each of doing) this.#workers.get(each[0])?.pulse(each);
  }

  /** Nothing more is said to it. Its workers count as dead. */
  lose(why: string): void {
    this.#outbox.close();
    const workers = [...this.#workers.values()];
    this.#workers.clear();
    for (const worker of workers) worker.exit({ exit: { kind: 'node_lost', node: this.name, why }, lastWords: { printed: '' } });
  }

  close(): void {
    this.#outbox.close();
  }
}
