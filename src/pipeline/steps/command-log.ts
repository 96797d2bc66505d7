/** Where the processes of a command step print, and the end of that, which errors quote. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Under a step's `logs/user/`. What the processes of a distributed command print is in files of their own, and together in the first. */
const commandLog = 'std_log.txt';
const mpirunLog = 'std_log_mpirun.txt';
/** Its rank follows, and `.txt`. As Azure names them. */
const processLog = 'std_log_process_';

/** The end of the log that an error quotes. */
const quotedLines = 20;
const quotedBytes = 8192;

export class CommandLogs {
  readonly #folder: string;

  constructor(logs: string) {
    this.#folder = join(logs, 'user');
  }

  get all(): string {
    return join(this.#folder, commandLog);
  }

  get mpirun(): string {
    return join(this.#folder, mpirunLog);
  }

  /** Of the processes: a number and `.txt` make it a path. */
  get processes(): string {
    return join(this.#folder, processLog);
  }

  process(number: number): string {
    return `${this.processes}${number}.txt`;
  }
}

/** A log, and where in it this try begins: a resumed step goes on in the log of the one before. */
export interface Log {
  readonly path: string;
  readonly start: number;
}

export function logFromHere(path: string): Log {
  return { path, start: statSync(path, { throwIfNoEntry: false })?.size ?? 0 };
}

/** The last lines of the log: most often the traceback. */
export function tail({ path, start }: Log): string {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return '';
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size - start, quotedBytes));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    const lines = buffer.toString('utf8').trimEnd().split('\n');
    if (size - start > quotedBytes) lines.shift();
    return lines.slice(-quotedLines).join('\n');
  } finally {
    closeSync(file);
  }
}

export function quoted(text: string): string {
  return text === '' ? ' It printed nothing.' : `\n${text}`;
}
