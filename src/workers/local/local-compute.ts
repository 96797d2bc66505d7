/** This machine as the compute of a step: its logical nodes, and the files that their workers write. */
import { appendFileSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Container } from '../../os/container/container.ts';
import { startGroup } from '../../os/container/spawn-contained.ts';
import { logFromHere } from '../../os/log-tail.ts';
import type { Reaper } from '../../os/reaper.ts';
import type { Compute, ComputeUse, MachineUse, Node, Slot, WorkerListener, WorkerOrder } from '../compute.ts';
import type { Doing, WorkerInit } from '../protocol/messages.ts';
import { deathLine, type PrintStream } from '../protocol/printed.ts';
import type { HostCommand } from './host.ts';
import { LocalSegments } from './local-segments.ts';
import { LocalUse, readLocalMachine } from './local-use.ts';
import { LocalWorker, workerPipes } from './local-worker.ts';
import type { PrintLogs } from './log-limit.ts';
import { withReaders } from './own-container.ts';
import { type LocalSlot, makeSlots, nodeName, thisMachine } from './slots.ts';
import { threadsOfWorker, threadVariables } from './threads.ts';

/** What of a step is laid out on this machine, and what all its workers share. Paths are absolute. */
export interface LocalStep {
  /** The step's `logs/`. */
  readonly logs: string;
  /** Folders that are there. */
  readonly markers: string;
  readonly segments: string;
  /** The snapshot of the code. */
  readonly workingDirectory: string;
  /** Relative to `workingDirectory`. */
  readonly entryScript: string;
  readonly arguments: readonly string[];
  /** `AZUREML_BI_OUTPUT_PATH`. */
  readonly outputDirectory: string;
  /** Complete: including what is inherited. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly loggingLevel: WorkerInit['loggingLevel'];
  readonly failOnShortReturn: boolean;
  readonly firstMiniBatch: number;
  readonly host: HostCommand;
  /** What its one node is called; absent: there are logical nodes, `node0` and so on. */
  readonly node?: string;
  /** Workers on a logical node, and on all of them together. */
  readonly workersPerNode: number;
  readonly workers: number;
  /** Those that the workers share. */
  readonly gpus: readonly string[];
  readonly reaper: Reaper;
  /** What its workers run in, one each. Absent: this machine as it is. */
  readonly container?: Container;
  /** Where data that is not on this machine is fetched. */
  readonly fetchAddress?: string;
}

export class LocalCompute implements Compute {
  readonly nodes: readonly LocalNode[];
  readonly segments: LocalSegments;
  readonly program: string;
  readonly threads?: number;
  readonly #use = new LocalUse();

  constructor(step: LocalStep) {
    this.segments = new LocalSegments(step.segments);
    this.program = step.host.file;
    const { cores } = thisMachine();
    const threads = threadsOfWorker(cores, step.workers, step.environmentVariables);
    if (threads !== undefined) this.threads = threads;
    const limited = { ...step, environmentVariables: { ...threadVariables(threads), ...step.environmentVariables } };
    const slots = Map.groupBy(makeSlots(step, step.gpus), ({ node }) => node);
    this.nodes = [...slots].map(([node, own]) => new LocalNode(step.node ?? nodeName(node), own, limited, this.segments));
  }

  watchNodes(): void {
    // This machine stays.
  }

  /** What all workers print into. */
  printing(): readonly PrintLogs[] {
    return this.nodes.flatMap((node) => node.printing());
  }

  use(): Promise<ComputeUse> {
    return this.#use.read(this.nodes.flatMap((node) => node.workers()));
  }

  async machines(): Promise<readonly MachineUse[]> {
    return [readLocalMachine()];
  }
}

class LocalNode implements Node {
  readonly name: string;
  readonly slots: readonly LocalSlot[];
  readonly #step: LocalStep;
  readonly #segments: LocalSegments;
  /** By slot. A dead one stays until its place is taken: nobody uses anything under its number. */
  readonly #workers = new Map<number, { readonly name: string; readonly worker: LocalWorker }>();

  /** By slot: those that live. */
  readonly #printers = new Map<number, LocalWorker>();

  constructor(name: string, slots: readonly LocalSlot[], step: LocalStep, segments: LocalSegments) {
    this.name = name;
    this.slots = slots;
    this.#step = step;
    this.#segments = segments;
  }

  workers(): readonly { readonly node: string; readonly worker: string; readonly pid: number }[] {
    return [...this.#workers.values()].flatMap(({ name, worker: { group } }) =>
      group === undefined ? [] : [{ node: this.name, worker: name, pid: group }],
    );
  }

  start({ number }: Slot, order: WorkerOrder, listener: WorkerListener): LocalWorker {
    const slot = this.slots.find((own) => own.number === number);
    if (slot === undefined) throw new Error(`${this.name} has no slot ${number}`);
    const { host, workingDirectory, environmentVariables, outputDirectory, reaper, container } = this.#step;
    const start = {
      file: host.file,
      args: host.args,
      workingDirectory,
      environmentVariables: { ...environmentVariables, ...host.env, ...gpuVariables(slot), AZUREML_BI_OUTPUT_PATH: outputDirectory },
      stdout: this.#printed(slot, 'stdout'),
      stderr: this.#printed(slot, 'stderr'),
      pipes: workerPipes,
    };
    const room = container === undefined ? undefined : withReaders(container, order.readers);
    const witness = { stderr: logFromHere(start.stderr), whereIs: host.whereIs };
    const noting: WorkerListener = {
      report: (report) => listener.report(report),
      exit: (exit, lastWords) => {
        this.#noteDeath(slot, worker.doing());
        this.#printers.delete(number);
        listener.exit(exit, lastWords);
      },
    };
    const worker = new LocalWorker(this.#init(slot, order), () => startGroup(start, reaper, room), noting, witness);
    this.#workers.set(number, { name: slot.name, worker });
    this.#printers.set(number, worker);
    return worker;
  }

  /** What its workers print into. */
  printing(): readonly PrintLogs[] {
    return this.slots.map((slot) => ({
      pid: this.#printers.get(slot.number)?.group,
      stdout: this.#printed(slot, 'stdout'),
      stderr: this.#printed(slot, 'stderr'),
      tasks: this.#taskLog(slot),
    }));
  }

  #printed({ name }: LocalSlot, stream: PrintStream): string {
    return join(this.#step.logs, 'user', stream, this.name, `${name}.${stream}.txt`);
  }

  #taskLog({ name }: LocalSlot): string {
    return join(this.#step.logs, 'sys', 'node', this.name, `${name}.txt`);
  }

  /** What it printed last is of the mini-batch in which it ended. */
  #noteDeath(slot: LocalSlot, doing: Doing | undefined): void {
    if (doing?.phase !== 'running') return;
    const size = (stream: PrintStream) => statSync(this.#printed(slot, stream), { throwIfNoEntry: false })?.size ?? 0;
    const line = deathLine(doing.index, doing.attempt, { stdout: size('stdout'), stderr: size('stderr') });
    try {
      appendFileSync(this.#taskLog(slot), `${new Date().toISOString()} ${line}\n`);
    } catch {
      // A full or read-only disk: the ledger has what matters.
    }
  }

  #init(slot: LocalSlot, { readers, appendRow }: WorkerOrder): WorkerInit {
    const { logs, markers, workingDirectory, entryScript, outputDirectory, loggingLevel } = this.#step;
    const { failOnShortReturn, firstMiniBatch, fetchAddress } = this.#step;
    const logDirectory = join(logs, 'user', 'entry_script_log', this.name);
    const taskLog = this.#taskLog(slot);
    for (const folder of [logDirectory, dirname(taskLog)]) mkdirSync(folder, { recursive: true });
    return {
      type: 'init',
      worker: slot.name,
      node: this.name,
      entryScript: join(workingDirectory, entryScript),
      workingDirectory,
      arguments: this.#step.arguments,
      readers,
      output:
        appendRow === undefined
          ? { kind: 'summary_only' }
          : {
              kind: 'append_row',
              segment: this.#segments.path(appendRow.segment),
              agreements: this.#segments.agreements,
              settings: appendRow.settings,
            },
      ...(fetchAddress !== undefined && { fetchAddress }),
      markerFile: join(markers, `${slot.number}`),
      taskLog,
      logDirectory,
      outputDirectory,
      loggingLevel,
      failOnShortReturn,
      firstMiniBatch,
      debug: false,
    };
  }
}

function gpuVariables(slot: LocalSlot): Readonly<Record<string, string>> {
  return slot.gpu === undefined ? {} : { CUDA_VISIBLE_DEVICES: slot.gpu ?? '' };
}
