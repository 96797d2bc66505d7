/**
 * The crew: starts workers in their slots, replaces those that die, and gives up where `init()` keeps failing.
 * It does not know what workers work on; the dispatcher does.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Reader } from '../../data/types.ts';
import type { ScriptError } from '../../events/types.ts';
import type { HostCommand } from '../../workers/local/host.ts';
import { type WorkerExit, WorkerProcess } from '../../workers/local/worker-process.ts';
import type { AppendRowSettings, Report } from '../../workers/protocol/messages.ts';
import type { StateFiles } from '../record/state-files.ts';
import type { ParallelRun } from '../types.ts';
import { describeExit } from './death.ts';
import { type Slot, Worker } from './worker.ts';

/** A node gives up after so many times its number of processes failures of `init()` in a row. Source: Azure ML, ParallelRunStep. */
const initTries = 3;

export interface CrewListener {
  ready(worker: Worker, report: Extract<Report, { readonly type: 'ready' }>): void;
  /** Everything that a ready worker says about mini-batches. */
  report(worker: Worker, report: Report): void;
  /** A worker that had been ready is gone, not by our leave. */
  died(worker: Worker, exit: WorkerExit): void;
  /** No node tries any more: the last failure of `init()`. */
  gaveUp(error: ScriptError, missingModule: string | undefined): void;
  /** A stopped worker has left. */
  left(worker: Worker): void;
}

export interface CrewSetup {
  readonly run: ParallelRun;
  readonly host: HostCommand;
  readonly readers: readonly Reader[];
  readonly state: StateFiles;
  readonly slots: readonly Slot[];
  readonly appendRow: AppendRowSettings | undefined;
  readonly nextSegment: number;
}

export class Crew {
  readonly #setup: CrewSetup;
  readonly #listener: CrewListener;
  readonly #workers = new Map<Slot, Worker>();
  /** Failures of init in a row, by node. */
  readonly #initFailures = new Map<number, number>();
  readonly #perNode: number;
  #nextSegment: number;
  #closed = false;

  constructor(setup: CrewSetup, listener: CrewListener) {
    this.#setup = setup;
    this.#listener = listener;
    this.#nextSegment = setup.nextSegment;
    this.#perNode = setup.slots.filter((slot) => slot.node === 0).length;
  }

  /** Workers that live, whatever their state. */
  get workers(): Iterable<Worker> {
    return this.#workers.values();
  }

  get size(): number {
    return this.#workers.size;
  }

  /** Starts workers until there are `wanted`, as far as slots are free on nodes that have not given up. */
  grow(wanted: number): void {
    if (this.#closed) return;
    for (const slot of this.#setup.slots) {
      if (this.#workers.size >= wanted) return;
      if (!this.#workers.has(slot) && !this.#hasGivenUp(slot.node)) this.#start(slot);
    }
  }

  /** No further worker is started. */
  close(): void {
    this.#closed = true;
  }

  killAll(): void {
    this.close();
    for (const worker of this.#workers.values()) {
      worker.killed = { kind: 'stopped' };
      worker.process.kill();
    }
  }

  #start(slot: Slot): void {
    const { run, host, readers, state, appendRow } = this.#setup;
    const segment = this.#nextSegment;
    this.#nextSegment += 1;
    const logs = join(run.directory, 'logs');
    const stream = (name: string) => join(logs, 'user', name, slot.nodeName, `${slot.name}.${name}.txt`);
    const logDirectory = join(logs, 'user', 'entry_script_log', slot.nodeName);
    const taskLogs = join(logs, 'sys', 'node', slot.nodeName);
    for (const folder of [logDirectory, taskLogs]) mkdirSync(folder, { recursive: true });
    const process = new WorkerProcess(
      {
        file: host.file,
        args: host.args,
        workingDirectory: run.workingDirectory,
        environmentVariables: {
          ...run.environmentVariables,
          ...host.env,
          ...gpuVariables(slot),
          AZUREML_BI_OUTPUT_PATH: outputDirectory(run),
        },
        reaper: run.reaper,
        stdout: stream('stdout'),
        stderr: stream('stderr'),
        init: {
          type: 'init',
          worker: slot.name,
          node: slot.nodeName,
          entryScript: join(run.workingDirectory, run.entryScript),
          workingDirectory: run.workingDirectory,
          arguments: run.arguments,
          readers,
          output:
            appendRow === undefined
              ? { kind: 'summary_only' }
              : { kind: 'append_row', segment: state.segment(segment), settings: appendRow },
          markerFile: join(state.markers, `${slot.number}`),
          taskLog: join(taskLogs, `${slot.name}.txt`),
          logDirectory,
          outputDirectory: outputDirectory(run),
          loggingLevel: run.settings.loggingLevel,
          failOnShortReturn: run.settings.predefined.failOnShortReturn,
          debug: false,
        },
      },
      {
        report: (report) => this.#report(worker, report),
        exit: (exit) => this.#exit(worker, exit),
      },
    );
    const worker = new Worker(slot, process, segment);
    this.#workers.set(slot, worker);
  }

  #report(worker: Worker, report: Report): void {
    worker.heard = Date.now();
    if ('type' in report) {
      if (report.type === 'ready') {
        this.#initFailures.set(worker.slot.node, 0);
        // It may have been told to stop while it was in init().
        if (worker.state !== 'starting') return;
        worker.state = 'ready';
        this.#listener.ready(worker, report);
        return;
      }
      if (report.type === 'init_failed') {
        // What follows is its exit; it counts once.
        worker.state = 'dead';
        this.#initFailed(worker, report.error, report.missingModule);
        return;
      }
    }
    this.#listener.report(worker, report);
  }

  #exit(worker: Worker, exit: WorkerExit): void {
    const before = worker.state;
    worker.state = 'dead';
    this.#workers.delete(worker.slot);
    switch (before) {
      case 'starting':
        if (worker.killed?.kind !== 'stopped') this.#initFailed(worker, startError(exit), undefined);
        break;
      case 'ready':
        if (worker.killed?.kind !== 'stopped') this.#listener.died(worker, exit);
        break;
      case 'stopping':
      case 'dead':
        break;
    }
    this.#listener.left(worker);
  }

  #initFailed(worker: Worker, error: ScriptError, missingModule: string | undefined): void {
    const node = worker.slot.node;
    this.#initFailures.set(node, (this.#initFailures.get(node) ?? 0) + 1);
    const alive = [...this.#workers.values()].some((other) => other !== worker && other.state !== 'dead');
    if (this.#setup.slots.every((slot) => this.#hasGivenUp(slot.node)) && !alive) this.#listener.gaveUp(error, missingModule);
  }

  #hasGivenUp(node: number): boolean {
    return (this.#initFailures.get(node) ?? 0) >= initTries * this.#perNode;
  }
}

/** The folder that `AZUREML_BI_OUTPUT_PATH` names. */
export function outputDirectory(run: ParallelRun): string {
  return run.output.kind === 'append_row' ? join(run.output.file, '..') : run.output.directory;
}

function gpuVariables(slot: Slot): Readonly<Record<string, string>> {
  return slot.gpu === undefined ? {} : { CUDA_VISIBLE_DEVICES: slot.gpu ?? '' };
}

function startError(exit: WorkerExit): ScriptError {
  if (exit.startError !== undefined) return { type: 'WorkerNotStarted', message: exit.startError };
  return { type: 'WorkerDied', message: `The worker process ended with ${describeExit(exit)} before init() had returned.` };
}
