/** An agent: what a machine that belongs to a cluster runs. It gives its slots to steps of whoever asks, and runs their workers. */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { messageOf } from '../errors/thrown.ts';
import { RequestError } from '../errors/types.ts';
import type { NatsLink } from '../nats/connect.ts';
import { monotonicNow } from '../os/clock.ts';
import { visibleGpus } from '../os/gpus.ts';
import type { ProcessContext } from '../os/process-context.ts';
import { ownVersion } from '../os/version.ts';
import { type AgentRequest, beatMs, type Hello, type ProbeAnswer, type TakeAnswer, type TakeRequest } from '../workers/cluster/messages.ts';
import { thisMachine } from '../workers/local/slots.ts';
import { Grant } from './grant.ts';
import { reads } from './token.ts';

export interface AgentOptions {
  /** For people; letters, digits, `.`, `-` and `_`. */
  readonly name: string;
  /** Default: one for each GPU, else one for each core. */
  readonly slots?: number;
  readonly labels: readonly string[];
  /** Milliseconds without work after which it leaves. Default: it stays. */
  readonly idleMs?: number;
  readonly here: ProcessContext;
  /** Tells whoever looks at it. */
  readonly tell: (message: string) => void;
}

export class Agent {
  readonly #link: NatsLink;
  readonly #options: AgentOptions;
  readonly #id = randomBytes(6).toString('hex');
  readonly #slots: number;
  readonly #gpus: number;
  /** Slots by grant, also while it is being prepared. */
  readonly #taken = new Map<string, number>();
  readonly #grants = new Map<string, Grant>();
  readonly #drained = Promise.withResolvers<void>();
  #isLeaving = false;
  /** By the monotonic clock. */
  #busyAt = monotonicNow();
  #timer: NodeJS.Timeout | undefined;

  constructor(link: NatsLink, options: AgentOptions) {
    this.#link = link;
    this.#options = options;
    this.#gpus = visibleGpus(options.here.environmentVariables).length;
    this.#slots = options.slots ?? (this.#gpus > 0 ? this.#gpus : availableParallelism());
  }

  /** Resolves when it was told to leave, and has finished what it had. */
  async run(): Promise<void> {
    const { nc, subjects } = this.#link;
    this.#link.hear<AgentRequest>(subjects.agent(this.#id), (request, answer) => void this.#answer(request).then(answer));
    this.#link.hear(subjects.roll, () => this.#hello());
    this.#timer = setInterval(() => {
      this.#leaveWhenIdle();
      this.#hello();
    }, 2 * beatMs);
    await nc.flush();
    this.#hello();
    const { name, tell } = this.#options;
    tell(
      `agent ${name}: ${this.#slots === 1 ? '1 slot' : `${this.#slots} slots`} for the space ${this.#link.place.space} at ${this.#link.place.url}`,
    );
    await this.#drained.promise;
    clearInterval(this.#timer);
  }

  /** Takes nothing more, and goes when what runs has finished. */
  leave(): void {
    this.#isLeaving = true;
    this.#hello();
    this.#settle();
  }

  /** Goes now, whatever runs. What is only being prepared goes with the process. */
  async quit(): Promise<void> {
    this.leave();
    await Promise.all([...this.#grants.values()].map((grant) => grant.end()));
  }

  async #answer(request: AgentRequest): Promise<unknown> {
    switch (request.kind) {
      case 'take':
        return this.#take(request);
      case 'probe':
        return { sharesFolder: reads(request.token) } satisfies ProbeAnswer;
      case 'use':
        return this.#grants.get(request.grant)?.use();
    }
  }

  async #take(request: TakeRequest): Promise<TakeAnswer> {
    const { grant, version, what } = request;
    const { here, tell, name } = this.#options;
    const own = ownVersion();
    if (version !== own) return { kind: 'refused', why: `its agent is version ${own} of parallelrun, and the job is run by ${version}` };
    const slots = Math.min(request.slots ?? Number.POSITIVE_INFINITY, this.#free);
    if (this.#isLeaving || slots === 0) return { kind: 'full' };
    this.#taken.set(grant, slots);
    try {
      const opened = await Grant.open(this.#link, request, {
        slots,
        here,
        tell: (message) => tell(`agent ${name}: ${message}`),
        ended: () => {
          tell(`agent ${name}: job ${what} has ended here`);
          this.#give(grant);
        },
      });
      this.#grants.set(grant, opened);
      tell(`agent ${name}: job ${what} has ${slots === 1 ? '1 slot' : `${slots} slots`}`);
      return { kind: 'taken', program: opened.program, slots: opened.slots };
    } catch (error) {
      this.#give(grant);
      if (!(error instanceof RequestError)) tell(`agent ${name}: job ${what}: ${messageOf(error)}`);
      return { kind: 'refused', why: messageOf(error) };
    }
  }

  #give(grant: string): void {
    this.#taken.delete(grant);
    this.#grants.delete(grant);
    this.#hello();
    this.#settle();
  }

  get #free(): number {
    return this.#slots - [...this.#taken.values()].reduce((sum, slots) => sum + slots, 0);
  }

  #settle(): void {
    if (this.#isLeaving && this.#taken.size === 0) this.#drained.resolve();
  }

  #leaveWhenIdle(): void {
    const { idleMs = Number.POSITIVE_INFINITY, name, tell } = this.#options;
    if (this.#taken.size > 0) this.#busyAt = monotonicNow();
    if (this.#isLeaving || monotonicNow() - this.#busyAt < idleMs) return;
    tell(`agent ${name}: leaves, as nobody has had work for it for ${Math.round(idleMs / 1000)} s`);
    this.leave();
  }

  #hello(): void {
    if (this.#link.upSince === undefined) return;
    const { cores, memoryBytes } = thisMachine();
    const hello: Hello = {
      version: ownVersion(),
      id: this.#id,
      name: this.#options.name,
      slots: this.#slots,
      free: Math.max(0, this.#free),
      labels: this.#options.labels,
      leaving: this.#isLeaving,
      cores,
      memoryBytes,
      gpus: this.#gpus,
    };
    this.#link.say(this.#link.subjects.hello, hello);
  }
}
