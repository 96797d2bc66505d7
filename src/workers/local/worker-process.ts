/** One worker: an operating-system process that speaks the protocol, leader of its own process group. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { killGroup, killTree } from '../../os/kill.ts';
import type { Reaper } from '../../os/reaper.ts';
import { LineSplitter } from '../protocol/lines.ts';
import { createMarker, readMarker } from '../protocol/marker.ts';
import type { Marker, Report, WorkerInit } from '../protocol/messages.ts';

export interface WorkerStart {
  /** The host's program and arguments. */
  readonly file: string;
  readonly args: readonly string[];
  readonly workingDirectory: string;
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** Log files, appended to: the script's own output, unread by us. */
  readonly stdout: string;
  readonly stderr: string;
  readonly init: WorkerInit;
  readonly reaper: Reaper;
}

/** How a process ended. */
export interface WorkerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The process could not even be started (`ENOENT` …). */
  readonly startError?: string;
}

export interface WorkerListener {
  report(report: Report): void;
  /** Called once, after the last report. */
  exit(exit: WorkerExit): void;
}

export class WorkerProcess {
  readonly init: WorkerInit;
  readonly pid: number | undefined;
  readonly #child: ChildProcess;
  readonly #commands: Writable;

  constructor(start: WorkerStart, listener: WorkerListener) {
    this.init = start.init;
    createMarker(start.init.markerFile);
    const logs = [start.stdout, start.stderr].map((path) => {
      mkdirSync(dirname(path), { recursive: true });
      return openSync(path, 'a');
    });
    try {
      this.#child = spawn(start.file, [...start.args], {
        cwd: start.workingDirectory,
        env: start.environmentVariables,
        stdio: ['ignore', ...logs, 'pipe', 'pipe'],
        detached: true,
      });
    } finally {
      for (const log of logs) closeSync(log);
    }
    this.pid = this.#child.pid;
    if (this.pid !== undefined) start.reaper.watch(this.pid);
    const [, , , commands, reports] = this.#child.stdio;
    if (!(commands instanceof Writable) || !(reports instanceof Readable)) throw new Error('a worker was started without its pipes');
    this.#commands = commands;
    // The worker may die at any moment with commands under way: what matters is told by its exit.
    commands.on('error', () => {});
    reports.on('error', () => {});
    const lines = new LineSplitter();
    reports.on('data', (chunk: Buffer) => lines.push(chunk, (line) => listener.report(JSON.parse(line))));
    this.#listenForExit(reports, listener, start.reaper);
    this.send(JSON.stringify(start.init));
  }

  /** One command, as JSON text without the newline. */
  send(command: string): void {
    this.#commands.write(`${command}\n`);
  }

  /** What the process is doing; still answers after its death. */
  marker(): Marker | undefined {
    return readMarker(this.init.markerFile);
  }

  /** Kills the process with everything that it started. */
  kill(): void {
    if (this.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null) killTree(this.pid);
  }

  #listenForExit(reports: Readable, listener: WorkerListener, reaper: Reaper): void {
    let exit: WorkerExit | undefined;
    let drained = false;
    const tell = () => {
      if (exit === undefined || !drained) return;
      const told = exit;
      exit = undefined;
      listener.exit(told);
    };
    const ended = (result: WorkerExit) => {
      if (this.pid !== undefined) {
        // Children that the script left behind go with it; they may also hold the report pipe open.
        killGroup(this.pid);
        reaper.release(this.pid);
      }
      exit = result;
      tell();
    };
    const closed = () => {
      drained = true;
      tell();
    };
    this.#child.on('exit', (code, signal) => ended({ code, signal }));
    this.#child.on('error', (error) => {
      drained = true;
      if (this.pid === undefined) ended({ code: null, signal: null, startError: error.message });
    });
    reports.on('end', closed);
    reports.on('close', closed);
  }
}
