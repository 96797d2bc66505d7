import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { epochNow } from '../../os/clock.ts';

export interface TaskLine {
  readonly index: number;
  readonly attempt: number;
  readonly items: number | null;
  readonly ok: number;
  readonly failed: number | null;
  /** Epoch milliseconds. */
  readonly started: number;
  readonly loadMs: number;
  readonly runMs: number;
  /** Where in the logs is what it printed; `''` for nothing. */
  readonly printed: string;
}

/** `sys/node/<node>/<processNNN>.txt`: one line for each attempt. Buffered; a log that cannot be written stops nothing. */
export class TaskLog {
  readonly #file: string;
  #text = '';
  #second = 0;
  #secondText = '';

  constructor(file: string) {
    this.#file = file;
  }

  /** What `init` printed. */
  addInit(printed: string): void {
    this.#text += `${this.#time(epochNow())} init()${printed}\n`;
  }

  add(line: TaskLine): void {
    const { index, attempt, items, ok, failed, started, loadMs, runMs, printed } = line;
    this.#text += `${this.#time(started)} mini-batch ${index} attempt ${attempt}: ${items ?? 'unknown'} items, ${ok} ok, ${failed ?? 'unknown'} failed, ${seconds(loadMs + runMs)} s, run ${seconds(runMs)} s${printed}\n`;
  }

  /** ISO 8601; the part down to the second is made once a second. */
  #time(ms: number): string {
    const second = Math.floor(ms / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#secondText = new Date(second * 1000).toISOString().slice(0, 19);
    }
    return `${this.#secondText}.${String(ms - second * 1000).padStart(3, '0')}Z`;
  }

  flush(): void {
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    try {
      appendFileSync(this.#file, text);
    } catch {
      try {
        mkdirSync(dirname(this.#file), { recursive: true });
        appendFileSync(this.#file, text);
      } catch {
        // A full or read-only disk: the ledger has what matters.
      }
    }
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
