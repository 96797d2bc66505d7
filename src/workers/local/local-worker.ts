/** A worker on this machine: an operating-system process that speaks the protocol, leader of its own process group. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { killGroup, killTree } from '../../os/kill.ts';
import { reaped, reapWithUs } from '../../os/reaper.ts';
import type { WorkerExit, WorkerLink, WorkerListener } from '../compute.ts';
import { LineSplitter } from '../protocol/lines.ts';
import { createMarker, readMarker } from '../protocol/marker.ts';
import type { Command, Doing, Report, WorkerInit } from '../protocol/messages.ts';
import { decodeReport, encodeCommand, NotAReport } from '../protocol/wire.ts';

export interface WorkerStart {
  /** The host's program and arguments. */
  readonly file: string;
  readonly args: readonly string[];
  readonly workingDirectory: string;
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** Log files, appended to: the script's own output, unread by us. `terminal`: it has ours, and stays in our process group. */
  readonly output: { readonly stdout: string; readonly stderr: string } | 'terminal';
  readonly init: WorkerInit;
}

/** So much of what is no report is quoted. */
const quotedLength = 200;

export class LocalWorker implements WorkerLink {
  readonly pid: number | undefined;
  readonly #markerFile: string;
  readonly #child: ChildProcess;
  readonly #commands: Writable;
  readonly #ownGroup: boolean;
  #garbled: string | undefined;

  constructor(start: WorkerStart, listener: WorkerListener) {
    this.#markerFile = start.init.markerFile;
    this.#ownGroup = start.output !== 'terminal';
    createMarker(this.#markerFile);
    this.#child = spawnWorker(start);
    this.pid = this.#child.pid;
    if (this.pid !== undefined && this.#ownGroup) reapWithUs(this.pid);
    const [, , , commands, reports] = this.#child.stdio;
    if (!(commands instanceof Writable) || !(reports instanceof Readable)) throw new Error('a worker was started without its pipes');
    this.#commands = commands;
    // The worker may die at any moment with commands under way: what matters is told by its exit.
    commands.on('error', () => {});
    reports.on('error', () => {});
    const lines = new LineSplitter();
    reports.on('data', (chunk: Buffer) => this.#read(lines, chunk, listener));
    this.#listenForExit(reports, listener);
    this.#write(JSON.stringify(start.init));
  }

  send(command: Command): void {
    this.#write(encodeCommand(command));
  }

  doing(): Doing | undefined {
    return readMarker(this.#markerFile);
  }

  kill(): void {
    if (this.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    if (this.#ownGroup) killTree(this.pid);
    else this.#child.kill('SIGKILL');
  }

  #write(line: string): void {
    this.#commands.write(`${line}\n`);
  }

  /** After the first line that is no report nothing more is believed: whoever wrote it may have written into the middle of one. */
  #read(lines: LineSplitter, chunk: Buffer, listener: WorkerListener): void {
    if (this.#garbled !== undefined) return;
    const garbled = (said: string) => {
      this.#garbled = said.slice(0, quotedLength);
      this.kill();
    };
    const fits = lines.push(chunk, (line) => {
      if (this.#garbled !== undefined) return;
      const report = reportOf(line);
      if (report === undefined) garbled(line);
      else listener.report(report);
    });
    if (!fits) garbled('a line without an end');
  }

  #listenForExit(reports: Readable, listener: WorkerListener): void {
    let exit: WorkerExit | undefined;
    let drained = false;
    const tell = () => {
      if (exit === undefined || !drained) return;
      const told: WorkerExit = this.#garbled === undefined ? exit : { kind: 'garbled', said: this.#garbled };
      exit = undefined;
      listener.exit(told);
    };
    const ended = (result: WorkerExit) => {
      if (this.pid !== undefined && this.#ownGroup) {
        // Children that the script left behind go with it; they may also hold the report pipe open.
        killGroup(this.pid);
        reaped(this.pid);
      }
      exit = result;
      tell();
    };
    const closed = () => {
      drained = true;
      tell();
    };
    this.#child.on('exit', (code, signal) => ended(signal === null ? { kind: 'exited', code: code ?? 0 } : { kind: 'killed', signal }));
    this.#child.on('error', (error) => {
      drained = true;
      if (this.pid === undefined) ended({ kind: 'not_started', reason: error.message });
    });
    reports.on('end', closed);
    reports.on('close', closed);
  }
}

function spawnWorker({ file, args, workingDirectory, environmentVariables, output }: WorkerStart): ChildProcess {
  const options = { cwd: workingDirectory, env: environmentVariables };
  if (output === 'terminal') return spawn(file, args, { ...options, stdio: ['inherit', 'inherit', 'inherit', 'pipe', 'pipe'] });
  const logs = [output.stdout, output.stderr].map((path) => {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'a');
  });
  try {
    return spawn(file, args, { ...options, stdio: ['ignore', ...logs, 'pipe', 'pipe'], detached: true });
  } finally {
    for (const log of logs) closeSync(log);
  }
}

function reportOf(line: string): Report | undefined {
  try {
    return decodeReport(line);
  } catch (error) {
    if (error instanceof NotAReport) return undefined;
    throw error;
  }
}
