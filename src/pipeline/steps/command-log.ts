/** Where the processes of a command step print, and the end of that, which errors quote. */
import { join } from 'node:path';
import { withoutFolder } from '../../errors/stack.ts';
import { type Log, tail } from '../../os/log-tail.ts';

/** Under a step's `logs/user/`. What the processes of a distributed command print is in files of their own, and together in the first. */
const commandLog = 'std_log.txt';
const mpirunLog = 'std_log_mpirun.txt';
/** Its rank follows, and `.txt`. As Azure names them. */
const processLog = 'std_log_process_';

/** Lines at the end of the log that an error quotes. */
const quotedLines = 20;

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

/** The last lines of the log: most often the traceback, with the files of the code as they are called where they are edited. */
export function lastLines(log: Log, code: string): string {
  return withoutFolder(tail(log, quotedLines), [code]);
}

export function quoted(text: string): string {
  return text === '' ? ' It printed nothing.' : `\n${text}`;
}
