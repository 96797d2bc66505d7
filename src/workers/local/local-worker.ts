/** A worker on this machine: a process that speaks the protocol on two pipes of its own. */
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { isOurPython, withoutFolder } from '../../errors/stack.ts';
import { LineSplitter } from '../../os/lines.ts';
import { type Log, tail } from '../../os/log-tail.ts';
import type { ProcessGroup } from '../../os/spawn-group.ts';
import { type LastWords, type Whereabouts, type WorkerExit, type WorkerLink, type WorkerListener, withPrinted } from '../compute.ts';
import { createMarker, readMarker } from '../protocol/marker.ts';
import type { Command, Doing, Report, WorkerInit } from '../protocol/messages.ts';
import { encodeCommand, reportOf } from '../protocol/wire.ts';
import type { HostCommand } from './host.ts';

/** What the worker's end of descriptors 3 (commands) and 4 (reports) is. */
export const workerPipes = ['in', 'out'] as const;

/** Bytes; ten times what systems give a pipe. */
const pipeHolds = 8 << 20;

/** So much of what is no report is quoted. */
const quotedLength = 200;
/** Errors of scripts that ended their process themselves. */
const ownEnds: ReadonlySet<string> = new Set(['ProcessExit', 'SystemExit']);
/** So many lines of its stderr are among its last words. */
const printedLines = 10;

/** How the process is asked about itself. */
export interface Witness {
  /** What it writes to stderr, from its start on. */
  readonly stderr: Log;
  readonly whereIs: HostCommand['whereIs'];
}

export class LocalWorker implements WorkerLink {
  readonly #markerFile: string;
  readonly #process: ProcessGroup;
  readonly #commands: Duplex | undefined;
  readonly #code: string;
  readonly #witness: Witness | undefined;
  #hung: Whereabouts | undefined;
  #garbled: string | undefined;

  /**
   * @param start starts the process; the marker's file is there by then
   * @param witness undefined for one whose stderr is somebody's terminal
   */
  constructor(init: WorkerInit, start: () => ProcessGroup, listener: WorkerListener, witness?: Witness) {
    this.#markerFile = init.markerFile;
    this.#code = init.workingDirectory;
    this.#witness = witness;
    createMarker(init.markerFile);
    this.#process = start();
    const [commands, reports] = this.#process.pipes;
    this.#commands = commands;
    const lines = new LineSplitter();
    reports?.on('data', (chunk: Buffer) => this.#read(lines, chunk, listener));
    void this.#tellExit(reports, listener);
    this.#write(JSON.stringify(init));
  }

  /** The number of its process group; undefined where that cannot be seen. */
  get group(): number | undefined {
    return this.#process.group;
  }

  send(command: Command): void {
    this.#write(encodeCommand(command));
  }

  /** The same, for a command as it travels. */
  relay(line: string): void {
    this.#write(line);
  }

  doing(): Doing | undefined {
    return readMarker(this.#markerFile);
  }

  kill(): void {
    this.#process.kill();
  }

  killHung(): void {
    void this.#askWhere().finally(() => this.kill());
  }

  async #askWhere(): Promise<void> {
    const { pid } = this.#process;
    if (this.#witness === undefined || pid === undefined) return;
    try {
      this.#hung = await this.#witness.whereIs({ pid, stderr: this.#witness.stderr, code: this.#code });
    } catch {
      // It ended in this moment, or its log cannot be read: then it has not said anything.
    }
  }

  /** A script that ends its process says why on stderr, if anywhere. */
  #explained(report: Report): Report {
    if ((report.type !== 'failed' && report.type !== 'init_failed') || !ownEnds.has(report.error.type)) return report;
    const { printed } = this.#lastWords();
    if (printed === '') return report;
    const { type, message, stack = `${type}: ${message}` } = report.error;
    return { ...report, error: { type, message, stack: withPrinted(stack, printed) } };
  }

  #lastWords(): LastWords {
    const printed = this.#witness === undefined ? '' : scriptsOwn(tail(this.#witness.stderr, 4 * printedLines), this.#code);
    return { printed, ...(this.#hung !== undefined && { hung: this.#hung }) };
  }

  #write(line: string): void {
    this.#commands?.write(`${line}\n`);
  }

  /** After the first line that is no report nothing more is believed: whoever wrote it may have written into the middle of one. */
  #read(lines: LineSplitter, chunk: Buffer, listener: WorkerListener): void {
    if (this.#garbled !== undefined) return;
    const fits = lines.push(chunk, (line) => {
      if (this.#garbled !== undefined) return;
      const report = reportOf(line);
      if (report === undefined) this.#giveUp(line);
      else listener.report(this.#explained(report));
    });
    if (!fits) this.#giveUp('a line without an end');
  }

  #giveUp(said: string): void {
    this.#garbled = said.slice(0, quotedLength);
    this.kill();
  }

  /** The exit of the process counts, not the end of its pipe: a child of the script may hold that for ever. */
  async #tellExit(reports: Duplex | undefined, listener: WorkerListener): Promise<void> {
    const exit: WorkerExit = await this.#process.ended;
    if (reports !== undefined) await emptied(reports);
    for (const pipe of this.#process.pipes) pipe.destroy();
    listener.exit(this.#garbled === undefined ? exit : { kind: 'garbled', said: this.#garbled }, () => this.#lastWords());
  }
}

/** Without our frames below the script's, where a crash has left its stack. */
function scriptsOwn(printed: string, code: string): string {
  const lines = printed.split('\n').filter((text) => !isOurPython(/^ {2}File "([^"]*)"/.exec(text)?.[1] ?? ''));
  return withoutFolder(lines.slice(-printedLines).join('\n'), [code]);
}

/** What the worker wrote last may still be in the pipe when its process has ended; more than a pipe can hold is another's. */
async function emptied(pipe: Duplex): Promise<void> {
  let taken = 0;
  const count = (chunk: Buffer) => {
    taken += chunk.length;
  };
  pipe.on('data', count);
  // The event loop asks the system for what can be read once in each turn.
  for (let before = -1, quiet = 0; quiet < 2 && taken < pipeHolds && !pipe.destroyed; ) {
    before = taken;
    await setImmediate();
    quiet = taken === before ? quiet + 1 : 0;
  }
  pipe.off('data', count);
}
