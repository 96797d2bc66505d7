import { appendFile, rename, writeFile } from 'node:fs/promises';

const gatherMs = 100;

/** One log file: appended to in the background, or replaced as a whole. Writes follow one another; failures go to `onError`. */
export class LogFile {
  readonly #path: string;
  readonly #onError: (error: Error) => void;
  #waiting = '';
  #timer: NodeJS.Timeout | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(path: string, onError: (error: Error) => void) {
    this.#path = path;
    this.#onError = onError;
  }

  append(text: string): void {
    this.#waiting += text;
    this.#timer ??= setTimeout(() => this.#write(), gatherMs).unref();
  }

  /** The file has the old text or the new one at any instant. */
  replace(text: string): void {
    this.#then(async () => {
      const next = `${this.#path}.next`;
      await writeFile(next, text);
      await rename(next, this.#path);
    });
  }

  async settled(): Promise<void> {
    if (this.#timer !== undefined) this.#write();
    await this.#last;
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#waiting;
    this.#waiting = '';
    this.#then(() => appendFile(this.#path, text));
  }

  #then(action: () => Promise<void>): void {
    this.#last = this.#last.then(action).catch(this.#onError);
  }
}
