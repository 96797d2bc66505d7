/** This machine as the compute of a step: its logical nodes, and the files that their workers write. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { logFromHere } from '../../os/log-tail.ts';
import type { Reaper } from '../../os/reaper.ts';
import { spawnGroup } from '../../os/spawn-group.ts';
import type { Compute, ComputeUse, MachineUse, Node, Slot, WorkerLink, WorkerListener, WorkerOrder } from '../compute.ts';
import type { WorkerInit } from '../protocol/messages.ts';
import type { HostCommand } from './host.ts';
import { LocalSegments } from './local-segments.ts';
import { LocalUse, readLocalMachine } from './local-use.ts';
import { LocalWorker, workerPipes } from './local-worker.ts';
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
  /** Workers on a logical node, and on all of them together. */
  readonly workersPerNode: number;
  readonly workers: number;
  /** Those that the workers share. */
  readonly gpus: readonly string[];
  readonly reaper: Reaper;
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
    this.nodes = [...slots].map(([node, own]) => new LocalNode(nodeName(node), own, limited, this.segments));
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

  constructor(name: string, slots: readonly LocalSlot[], step: LocalStep, segments: LocalSegments) {
    this.name = name;
    this.slots = slots;
    this.#step = step;
    this.#segments = segments;
  }

  workers(): readonly { readonly node: string; readonly worker: string; readonly pid: number }[] {
    return [...this.#workers.values()].flatMap(({ name, worker: { pid } }) =>
      pid === undefined ? [] : [{ node: this.name, worker: name, pid }],
    );
  }

  start({ number }: Slot, order: WorkerOrder, listener: WorkerListener): WorkerLink {
    const slot = this.slots.find((own) => own.number === number);
    if (slot === undefined) throw new Error(`${this.name} has no slot ${number}`);
    const { host, logs, workingDirectory, environmentVariables, outputDirectory, reaper } = this.#step;
    const stream = (name: string) => join(logs, 'user', name, this.name, `${slot.name}.${name}.txt`);
    const start = {
      file: host.file,
      args: host.args,
      workingDirectory,
      environmentVariables: { ...environmentVariables, ...host.env, ...gpuVariables(slot), AZUREML_BI_OUTPUT_PATH: outputDirectory },
      stdout: stream('stdout'),
      stderr: stream('stderr'),
      pipes: workerPipes,
    };
    const witness = { stderr: logFromHere(start.stderr), whereIs: host.whereIs };
    const worker = new LocalWorker(this.#init(slot, order), () => spawnGroup(start, reaper), listener, witness);
    this.#workers.set(number, { name: slot.name, worker });
    return worker;
  }

  #init(slot: LocalSlot, { readers, appendRow }: WorkerOrder): WorkerInit {
    const { logs, markers, workingDirectory, entryScript, outputDirectory, loggingLevel, failOnShortReturn, firstMiniBatch } = this.#step;
    const logDirectory = join(logs, 'user', 'entry_script_log', this.name);
    const taskLogs = join(logs, 'sys', 'node', this.name);
    for (const folder of [logDirectory, taskLogs]) mkdirSync(folder, { recursive: true });
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
          : { kind: 'append_row', segment: this.#segments.path(appendRow.segment), settings: appendRow.settings },
      markerFile: join(markers, `${slot.number}`),
      taskLog: join(taskLogs, `${slot.name}.txt`),
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
