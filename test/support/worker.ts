/** Drives one worker process as the dispatcher does: pipes on descriptors 3 and 4, and a folder for its files. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { killGroup } from '../../src/os/kill.ts';
import { LineSplitter } from '../../src/os/lines.ts';
import type { HostCommand } from '../../src/workers/local/host.ts';
import { createMarker, readMarker } from '../../src/workers/protocol/marker.ts';
import type { AppendRowSettings, Report, WorkerInit, WorkerOutput } from '../../src/workers/protocol/messages.ts';
import type { WireCommand, WireOutcome } from '../../src/workers/protocol/wire.ts';

type TypedReport = Exclude<Report, { readonly type: 'done' }>;

/** A test that timed out never disposes of its worker. */
const running = new Set<number>();
process.on('exit', () => {
  for (const pid of running) killGroup(pid);
});

export class TestWorker implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'worker-'));
  readonly code = join(this.folder, 'code');
  readonly outcomes: WireOutcome[] = [];
  readonly reports: TypedReport[] = [];
  #child: ChildProcess | undefined;
  #stderr = '';
  #stdout = '';
  #changed = Promise.withResolvers<void>();
  #ended = false;

  /** @param files the code folder: text by relative path */
  constructor(files: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.code, name)), { recursive: true });
      writeFileSync(join(this.code, name), text);
    }
  }

  start(command: Omit<HostCommand, 'whereIs'>, init: Partial<WorkerInit> & { readonly entryScript: string }, file = command.file): this {
    const markerFile = join(this.folder, 'marker');
    createMarker(markerFile);
    const child = spawn(file, [...command.args], {
      cwd: this.code,
      detached: true,
      env: { ...process.env, ...command.env },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    running.add(this.pid);
    child.stdout?.on('data', (chunk) => {
      this.#stdout += chunk;
      this.#change();
    });
    child.stderr?.on('data', (chunk) => {
      this.#stderr += chunk;
      this.#change();
    });
    child.stdio[3]?.on('error', () => {});
    const lines = new LineSplitter();
    const reports = child.stdio[4];
    if (!(reports instanceof Readable)) throw new Error('started without pipes');
    reports.on('data', (chunk: Buffer) => {
      lines.push(chunk, (line) => this.#report(JSON.parse(line)));
      this.#change();
    });
    child.on('close', () => {
      this.#ended = true;
      running.delete(this.pid);
      this.#change();
    });
    this.send({
      type: 'init',
      worker: 'process000',
      node: 'node0',
      workingDirectory: this.code,
      arguments: [],
      readers: [{ kind: 'files', name: 'images', root: '/data' }],
      output: this.appends({ form: 'text', toCsv: {} }),
      markerFile,
      taskLog: join(this.folder, 'tasks.txt'),
      logDirectory: join(this.folder, 'logs'),
      outputDirectory: join(this.folder, 'output'),
      loggingLevel: 'INFO',
      failOnShortReturn: false,
      firstMiniBatch: 0,
      debug: false,
      ...init,
      ...{ entryScript: join(this.code, init.entryScript) },
    });
    return this;
  }

  appends(settings: AppendRowSettings, segment = this.segmentFile): WorkerOutput {
    return { kind: 'append_row', segment, agreements: join(this.folder, 'agreements'), settings };
  }

  get segmentFile(): string {
    return join(this.folder, 'segment');
  }

  send(command: WireCommand): void {
    this.#commands.write(`${JSON.stringify(command)}\n`);
  }

  /** Closes the command pipe, as the coordinator's death does. */
  hangUp(): void {
    this.#commands.destroy();
  }

  get #commands(): Writable {
    const pipe = this.#child?.stdio[3];
    if (!(pipe instanceof Writable)) throw new Error('not started');
    return pipe;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get marker() {
    return readMarker(join(this.folder, 'marker'));
  }

  get taskLog(): string {
    return readFileSync(join(this.folder, 'tasks.txt'), 'utf8');
  }

  /** The rows that an outcome names. */
  rows(outcome: WireOutcome | undefined): string {
    if (outcome === undefined) throw new Error('no such outcome');
    const [, , , , offset, length] = outcome;
    return readFileSync(this.segmentFile)
      .subarray(offset, offset + length)
      .toString();
  }

  /** Resolves with the first truthy answer; rejects when the process ends without one. */
  async until<T>(look: (worker: this) => T | undefined | false): Promise<T> {
    for (;;) {
      const changed = this.#changed.promise;
      const found = look(this);
      if (found) return found;
      if (this.#ended) throw new Error(`the worker ended; reports: ${JSON.stringify(this.reports)}; stderr: ${this.#stderr}`);
      await changed;
    }
  }

  report<Type extends TypedReport['type']>(type: Type): Promise<Extract<TypedReport, { type: Type }>> {
    const isWanted = (report: TypedReport): report is Extract<TypedReport, { type: Type }> => report.type === type;
    return this.until((worker) => worker.reports.find(isWanted));
  }

  outcome(index: number): Promise<WireOutcome> {
    return this.until((worker) => worker.outcomes.find((outcome) => outcome[0] === index));
  }

  /** How the process ended. */
  async exit(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    const child = this.#child;
    if (child === undefined) throw new Error('never started');
    if (!this.#ended) await once(child, 'close');
    return { code: child.exitCode, signal: child.signalCode };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child !== undefined && !this.#ended) {
      killGroup(this.pid);
      await this.exit();
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  #report(report: TypedReport | readonly WireOutcome[]): void {
    if (isOutcomes(report)) this.outcomes.push(...report);
    else this.reports.push(report);
  }

  #change(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }
}

function isOutcomes(report: TypedReport | readonly WireOutcome[]): report is readonly WireOutcome[] {
  return Array.isArray(report);
}
