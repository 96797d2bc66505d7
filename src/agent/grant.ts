/** The slots that this agent has given to a step of somebody's job, and what runs in them. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { FetchServer } from '../data/fetch/fetch-server.ts';
import { openStore } from '../data/stores/open-store.ts';
import { messageOf } from '../errors/thrown.ts';
import { RequestError } from '../errors/types.ts';
import type { NatsLink } from '../nats/connect.ts';
import { Inbox } from '../nats/inbox.ts';
import { Outbox } from '../nats/outbox.ts';
import { monotonicNow } from '../os/clock.ts';
import { Closers } from '../os/closers.ts';
import { visibleGpus } from '../os/gpus.ts';
import { killMarked, lineageVariable, stepMark } from '../os/lineage.ts';
import { isNetworkFolder } from '../os/network-folder.ts';
import type { ProcessContext } from '../os/process-context.ts';
import {
  type AgentUse,
  type Beat,
  beatMs,
  type ExitReport,
  encodeDoing,
  line,
  type Pulse,
  readLine,
  type StepOrder,
  type TakeRequest,
} from '../workers/cluster/messages.ts';
import type { WorkerOrder } from '../workers/compute.ts';
import { entryHost } from '../workers/local/entry-host.ts';
import { LocalCompute } from '../workers/local/local-compute.ts';
import type { LocalWorker } from '../workers/local/local-worker.ts';
import { LogLimit } from '../workers/local/log-limit.ts';
import { pythonStartup } from '../workers/local/python-host.ts';
import type { Report } from '../workers/protocol/messages.ts';
import { encodeReport } from '../workers/protocol/wire.ts';
import { pythonHere } from './python.ts';
import { tokenIn } from './token.ts';

/** A server that does not come back: nobody may ever ask for what runs here. */
const outageMs = 60_000;

interface Busy {
  readonly worker: LocalWorker;
  /** Number of its segment; 0: none. */
  readonly segment: number;
}

export interface GrantSetup {
  readonly slots: number;
  readonly here: ProcessContext;
  readonly tell: (message: string) => void;
  /** Called when nothing of it is left. */
  readonly ended: () => void;
}

export class Grant {
  readonly id: string;
  readonly what: string;
  readonly program: string;
  readonly slots: readonly string[];
  readonly #link: NatsLink;
  readonly #request: TakeRequest;
  readonly #compute: LocalCompute;
  readonly #closers: Closers;
  readonly #outbox: Outbox;
  readonly #ended: () => void;
  /** Rows in a folder of the network are brought there before they are told of. */
  readonly #syncs: boolean;
  #synced: Promise<void> = Promise.resolve();
  #heard = monotonicNow();
  readonly #workers = new Map<number, Busy>();
  #isOver = false;

  private constructor(link: NatsLink, request: TakeRequest, compute: LocalCompute, closers: Closers, ended: () => void) {
    this.id = request.grant;
    this.what = request.what;
    this.#link = link;
    this.#request = request;
    this.#compute = compute;
    this.#closers = closers;
    this.#ended = ended;
    this.program = compute.program;
    this.slots = compute.nodes.flatMap((node) => node.slots.map(({ name }) => name));
    this.#syncs = isNetworkFolder(request.order.segments);
    this.#outbox = new Outbox(link, link.subjects.reports(request.key, request.life, request.grant));
  }

  /** @throws RequestError when the step cannot run here */
  static async open(link: NatsLink, request: TakeRequest, { slots, here, tell, ended }: GrantSetup): Promise<Grant> {
    const { order, grant, key } = request;
    checkStep(order);
    const python = order.python === undefined ? undefined : await pythonHere(order.python, here, tell);
    const closers = new Closers();
    try {
      // Nobody but this agent looks at what its workers are doing.
      const markers = closers.use(mkdtempSync(join(tmpdir(), 'prl-agent-')), (folder) => rmSync(folder, { recursive: true, force: true }));
      const mark = stepMark(here.lineage, `${order.directory}#${grant}`);
      closers.use(mark, killMarked);
      const fetching = order.sources === undefined ? undefined : await openFetching(order.sources, join(markers, 'fetched'));
      if (fetching !== undefined) closers.use(fetching, (opened) => opened.close());
      const compute = localCompute(request, { slots, here, mark, markers, python, fetchAddress: fetching?.address });
      const limit = new LogLimit(
        order.logLimit ?? Number.POSITIVE_INFINITY,
        () => compute.printing(),
        () => {},
      );
      closers.use(limit, (opened) => opened.close());
      const opened = new Grant(link, request, compute, closers, ended);
      const inbox = await Inbox.open(
        link,
        `orders-${grant}`,
        (text) => opened.#take(text),
        () => void opened.end(),
      );
      closers.use(inbox, (each) => each.close());
      closers.use(
        link.hear<Beat>(link.subjects.step(key).beat, (beat) => opened.#beat(beat)),
        (stop) => stop(),
      );
      const timer = setInterval(() => opened.#tick(), beatMs);
      closers.use(timer, clearInterval);
      return opened;
    } catch (error) {
      await closers.close();
      throw error;
    }
  }

  async use(): Promise<AgentUse> {
    const [use, [machine]] = await Promise.all([this.#compute.use(), this.#compute.machines()]);
    if (machine === undefined) throw new Error('this machine is not there');
    return { ...use, machine: { ...machine, name: this.#request.node } };
  }

  /** Kills what runs, and gives the slots back. */
  async end(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#outbox.close();
    for (const { worker } of this.#workers.values()) worker.kill();
    // What cannot be closed goes with this process.
    await this.#closers.close().catch(() => {});
    this.#ended();
  }

  #beat({ life, grants }: Beat): void {
    // Somebody carries on with the step, or has given this node up for dead.
    if (life !== this.#request.life || !grants.includes(this.id)) void this.end();
    else this.#heard = monotonicNow();
  }

  #tick(): void {
    const now = monotonicNow();
    const { upSince, downSince } = this.#link;
    const silent = upSince === undefined ? 0 : now - Math.max(this.#heard, upSince);
    if (silent > 2 * this.#request.ackWaitMs || (downSince !== undefined && now - downSince > outageMs)) {
      void this.end();
      return;
    }
    if (upSince === undefined) return;
    const doing = [...this.#workers].flatMap(([slot, { worker }]) => {
      const its = worker.doing();
      return its === undefined ? [] : [encodeDoing(slot, its, now)];
    });
    const pulse: Pulse = { grant: this.id, doing };
    this.#link.say(this.#link.subjects.step(this.#request.key).pulse, pulse);
  }

  #take(text: string): void {
    if (this.#isOver) return;
    const { verb, slot, rest } = readLine(text);
    const worker = this.#workers.get(slot)?.worker;
    switch (verb) {
      case 'start':
        this.#start(slot, JSON.parse(rest) as WorkerOrder);
        break;
      // What is said to one that has just died finds nobody.
      case 'send':
        worker?.relay(rest);
        break;
      case 'kill':
        worker?.kill();
        break;
      case 'hung':
        worker?.killHung();
    }
  }

  #start(place: number, order: WorkerOrder): void {
    const [node] = this.#compute.nodes;
    const slot = node?.slots[place];
    if (node === undefined || slot === undefined) throw new Error(`there is no slot ${place}`);
    try {
      const worker = node.start(slot, order, {
        report: (report) => this.#report(place, report),
        exit: (exit, lastWords = () => ({ printed: '' })) => {
          const doing = worker.doing();
          this.#workers.delete(place);
          const told: ExitReport = {
            exit,
            lastWords: lastWords(),
            ...(doing !== undefined && { doing: encodeDoing(place, doing, monotonicNow()) }),
          };
          this.#say(line('exit', place, JSON.stringify(told)));
        },
      });
      this.#workers.set(place, { worker, segment: order.appendRow?.segment ?? 0 });
    } catch (error) {
      const told: ExitReport = { exit: { kind: 'not_started', reason: messageOf(error) }, lastWords: { printed: '' } };
      this.#say(line('exit', place, JSON.stringify(told)));
    }
  }

  #report(place: number, report: Report): void {
    const text = line('report', place, encodeReport(report));
    const segment = this.#workers.get(place)?.segment ?? 0;
    const hasRows = report.type === 'done' && segment > 0 && report.outcomes.some(({ length }) => length > 0);
    this.#say(text, this.#syncs && hasRows ? segment : undefined);
  }

  /** @param segment must have reached the folder before this is told */
  #say(text: string, segment?: number): void {
    if (!this.#syncs) {
      this.#outbox.write(text);
      return;
    }
    this.#synced = this.#synced
      .then(() => (segment === undefined ? undefined : this.#compute.segments.sync([segment])))
      .then(
        () => this.#outbox.write(text),
        // The rows may be lost: the worker's end tells that none of them counts.
        () => this.#workers.get(readLine(text).slot)?.worker.kill(),
      );
  }
}

/** @throws RequestError that says what is missing here */
function checkStep({ token, workingDirectory, inputs }: StepOrder): void {
  const missing = (message: string) => new RequestError({ code: 'unfit-node', message });
  const found = tokenIn(token.file);
  if (found !== token.text) {
    const how = found === undefined ? 'is not there' : 'is another folder';
    throw missing(`${dirname(token.file)} ${how} here: the home of the job must lie in a folder that all nodes share, under the same path`);
  }
  const gone = [workingDirectory, ...inputs].find((path) => !existsSync(path));
  if (gone !== undefined) throw missing(`${gone} is not there: data must lie where all nodes reach it, under the same path`);
}

async function openFetching(sources: NonNullable<StepOrder['sources']>, folder: string): Promise<FetchServer> {
  const opened = await Promise.all(sources.map(async ({ name, place }) => ({ name, store: await openStore(place) })));
  return FetchServer.open(opened, folder);
}

interface Laid {
  readonly slots: number;
  readonly here: ProcessContext;
  readonly mark: string;
  readonly markers: string;
  readonly python: string | undefined;
  readonly fetchAddress: string | undefined;
}

function localCompute({ order, node }: TakeRequest, { slots, here, mark, markers, python = 'python3', fetchAddress }: Laid): LocalCompute {
  const { PYTHONPATH, ...own } = order.environmentVariables;
  const inherited = PYTHONPATH ?? here.environmentVariables.PYTHONPATH ?? '';
  const environmentVariables = {
    ...here.environmentVariables,
    ...own,
    PYTHONPATH: inherited === '' ? pythonStartup : `${pythonStartup}${delimiter}${inherited}`,
    [lineageVariable]: mark,
  };
  const { workingDirectory, entryScript, logs, segments, outputDirectory, loggingLevel, failOnShortReturn, firstMiniBatch } = order;
  return new LocalCompute({
    node,
    logs,
    markers,
    segments,
    workingDirectory,
    entryScript,
    arguments: order.arguments,
    outputDirectory,
    environmentVariables,
    loggingLevel,
    failOnShortReturn,
    firstMiniBatch,
    host: entryHost(workingDirectory, entryScript, python),
    workersPerNode: slots,
    workers: slots,
    gpus: visibleGpus(environmentVariables),
    reaper: here.reaper,
    ...(fetchAddress !== undefined && { fetchAddress }),
  });
}
