/** Counts the time in which one waits for a server, not that in which it waits for us. */
export class Silence {
  readonly #allowed: number;
  readonly #end = new AbortController();

  /** @param allowed milliseconds */
  constructor(allowed: number) {
    this.#allowed = allowed;
  }

  /** Aborted when the server has said nothing for so long. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  async during<T>(waiting: Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.#end.abort(), this.#allowed);
    try {
      return await waiting;
    } finally {
      clearTimeout(timer);
    }
  }
}
