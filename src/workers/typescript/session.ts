/** One worker's life: commands in, attempts one after the other, reports out. */

import { monotonicNow } from '../../os/clock.ts';
import type { WorkerInit } from '../protocol/messages.ts';
import type { Task, WorkerCommand } from '../protocol/wire.ts';
import { AttemptError } from './attempt-error.ts';
import { Attempts } from './attempts.ts';
import { sendReport } from './channel.ts';
import { loadEntry } from './entry.ts';
import { nameFilesIn, scriptError } from './errors.ts';
import { type Fetched, Input, type Loaded } from './input.ts';
import { MarkerWriter } from './marker.ts';
import { installModuleRules } from './modules.ts';
import { openOutput } from './output.ts';
import { Printed } from './printed.ts';
import { AttemptReports } from './reports.ts';
import { TaskLog } from './task-log.ts';
import { turn } from './turn.ts';

/** A timer may go on throwing for ever. */
const toldWarnings = 5;

interface Queued {
  readonly task: Task;
  next: Queued | undefined;
  /** Its data, from when there was reason to fetch it until its attempt begins. */
  data: Loaded | Promise<Fetched> | undefined;
}

interface Worker {
  readonly input: Input;
  readonly attempts: Attempts;
  readonly reports: AttemptReports;
  readonly marker: MarkerWriter;
  readonly shutdown?: () => unknown;
}

type State =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly worker: Worker }
  | { readonly kind: 'stopping' }
  /** Nothing more is said: the process is leaving. */
  | { readonly kind: 'over' };

export class Session {
  #state: State = { kind: 'starting' };
  /** What there is leave to run, linked: the script shares arrays' and maps' methods with us, and may have changed them. */
  #first: Queued | undefined;
  #last: Queued | undefined;
  /** Sent to be loaded, by index; run when told. */
  readonly #loading: Record<number, Queued> = Object.create(null);
  #busy = false;
  #warnings = 0;
  #stopRequested = false;

  command(command: WorkerCommand): void {
    switch (command.type) {
      case 'run':
        for (let at = 0; at < command.tasks.length; at += 1) {
          const task = command.tasks[at];
          if (task !== undefined) this.#append({ task, next: undefined, data: undefined });
        }
        this.#work();
        return;
      case 'init':
        this.#start(command);
        return;
      case 'load':
        this.#load(command.task);
        return;
      case 'go': {
        const queued = this.#loading[command.index];
        delete this.#loading[command.index];
        if (queued !== undefined) this.#append(queued);
        this.#work();
        return;
      }
      case 'drop': {
        const data = this.#loading[command.index]?.data;
        delete this.#loading[command.index];
        if (data instanceof Promise) data.then((fetched) => fetched.release()).catch(() => {});
        return;
      }
      case 'stop':
        this.#stopRequested = true;
        this.#work();
        return;
    }
  }

  /** The coordinator will say no more. */
  get stopping(): boolean {
    return this.#stopRequested;
  }

  /** An exception that nobody caught: from a timer, an event, a promise without a handler. */
  uncaught(thrown: unknown): void {
    if (this.#state.kind === 'ready') {
      const { attempts } = this.#state.worker;
      const charge = attempts.charge(thrown);
      if (charge.kind === 'failed') return;
      if (charge.kind === 'told' || !attempts.isAtWork) {
        this.#warn(thrown, charge.kind === 'told' ? `of mini-batch ${charge.index}, which counts as done,` : 'between two mini-batches');
        return;
      }
    }
    // It comes from what init() began. What else the script has under way in this process is unknown: as Node itself would, we leave.
    this.#leave(thrown);
    process.exit(1);
  }

  /** Nothing can be charged with it. */
  #warn(thrown: unknown, where: string): void {
    printError(thrown);
    this.#warnings += 1;
    if (this.#warnings > toldWarnings) return;
    const last = this.#warnings === toldWarnings ? ' (further ones of this worker are in its stderr log alone)' : '';
    const message = `An exception ${where} was caught by nobody: ${scriptError(thrown).message}${last}`;
    sendReport({ type: 'notice', level: 'warning', message });
  }

  /** The process is about to end; says so if that was not our doing. */
  exiting(code: number): void {
    if (this.#state.kind === 'over') return;
    this.#leave(
      new AttemptError(
        'ProcessExit',
        'run',
        `the script ended its process (process.exit(${code})); what it printed before is in its log files`,
      ),
    );
  }

  #leave(thrown: unknown): void {
    const state = this.#state;
    this.#state = { kind: 'over' };
    if (state.kind === 'starting') sendReport({ type: 'init_failed', error: scriptError(thrown) });
    else if (state.kind === 'stopping') sendReport({ type: 'stopped', error: scriptError(thrown) });
    else if (state.kind === 'ready') {
      if (!state.worker.attempts.failCurrent(thrown)) printError(thrown);
      state.worker.reports.flush();
      state.worker.marker.write('idle');
    }
  }

  async #start(init: WorkerInit): Promise<void> {
    const begin = monotonicNow();
    const marker = new MarkerWriter(init.markerFile);
    marker.write('init');
    process.argv = [process.execPath, init.entryScript, ...init.arguments];
    process.env.AZUREML_BI_OUTPUT_PATH = init.outputDirectory;
    nameFilesIn(init.workingDirectory);
    installModuleRules();
    const printed = new Printed();
    const tools = init.debug ? await import('./debugger.ts') : undefined;
    tools?.waitForDebugger();
    const entry = await loadEntry(init.entryScript);
    if (entry.kind === 'failed') {
      const { error, missingModule } = entry;
      this.#initFailed({ type: 'init_failed', error, ...(missingModule !== undefined && { missingModule }) });
      return;
    }
    const { init: userInit, run, shutdown } = entry.functions;
    try {
      await userInit?.();
    } catch (error) {
      this.#initFailed({ type: 'init_failed', error: scriptError(error) });
      return;
    }
    const output = openOutput(init.output);
    const reports = new AttemptReports(output, new TaskLog(init.taskLog), printed);
    const { readers, failOnShortReturn, firstMiniBatch } = init;
    const settings = { readers, run: (await tools?.debugged(run)) ?? run, failOnShortReturn, firstMiniBatch };
    const attempts = new Attempts(settings, output, reports, marker);
    const input = new Input(init.readers, init.fetchAddress);
    this.#state = { kind: 'ready', worker: { input, attempts, reports, marker, ...(shutdown && { shutdown }) } };
    marker.write('idle');
    const initMs = Math.round(monotonicNow() - begin);
    sendReport({ type: 'ready', pid: process.pid, initMs, interpreter: `Node ${process.versions.node}` });
    for (const index in this.#loading) {
      const queued = this.#loading[index];
      if (queued !== undefined) this.#fetch(queued);
    }
    this.#work();
  }

  #initFailed(report: Parameters<typeof sendReport>[0]): void {
    this.#state = { kind: 'over' };
    sendReport(report);
    process.exit(1);
  }

  #load(task: Task): void {
    const queued: Queued = { task, next: undefined, data: undefined };
    this.#loading[task.index] = queued;
    this.#fetch(queued);
  }

  #fetch(queued: Queued): void {
    if (queued.data !== undefined || this.#state.kind !== 'ready') return;
    queued.data = this.#state.worker.input.load(queued.task);
    // Whoever runs it gets the failure; until then it is not "unhandled".
    if (queued.data instanceof Promise) queued.data.catch(() => {});
  }

  #work(): void {
    if (this.#busy || this.#state.kind !== 'ready') return;
    if (this.#first !== undefined) this.#drain(this.#state.worker);
    else if (this.#stopRequested) this.#stop(this.#state.worker);
  }

  async #drain(worker: Worker): Promise<void> {
    this.#busy = true;
    for (let queued = this.#take(); queued !== undefined; queued = this.#take()) {
      const { task } = queued;
      const data = queued.data ?? worker.input.load(task);
      queued.data = undefined;
      // The next one's data comes in while this mini-batch runs.
      const following: Queued | undefined = this.#first;
      if (following !== undefined && worker.input.takesTime(following.task)) this.#fetch(following);
      const pending = worker.attempts.start(task, data);
      if (pending !== undefined) await pending;
      if (worker.reports.due) await this.#tell(worker);
    }
    await this.#tell(worker);
    worker.marker.write('idle');
    this.#busy = false;
    this.#work();
  }

  /** Rejections that a `run` left without a handler are only known when the event loop has turned. */
  async #tell(worker: Worker): Promise<void> {
    await turn();
    worker.reports.flush();
  }

  #append(queued: Queued): void {
    if (this.#last === undefined) this.#first = queued;
    else this.#last.next = queued;
    this.#last = queued;
  }

  #take(): Queued | undefined {
    const queued = this.#first;
    this.#first = queued?.next;
    if (this.#first === undefined) this.#last = undefined;
    return queued;
  }

  async #stop(worker: Worker): Promise<void> {
    this.#state = { kind: 'stopping' };
    worker.marker.write('stopping');
    try {
      await worker.shutdown?.();
      this.#state = { kind: 'over' };
      sendReport({ type: 'stopped' });
    } catch (error) {
      this.#state = { kind: 'over' };
      sendReport({ type: 'stopped', error: scriptError(error) });
    }
    process.exit(0);
  }
}

/** Into the script's own log. */
function printError(thrown: unknown): void {
  const { message, stack } = scriptError(thrown);
  process.stderr.write(`${stack ?? message}\n`);
}
