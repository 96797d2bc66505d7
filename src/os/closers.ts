/**
 * What has been opened so far, to be closed in the opposite order on every path: also when the opening fails half-way.
 * (Node 22 has no `AsyncDisposableStack`.)
 */
export class Closers {
  readonly #closers: (() => unknown)[] = [];

  /** Remembers how to close what has just been opened, and gives it back. */
  use<T>(opened: T, close: (opened: T) => unknown): T {
    this.#closers.push(() => close(opened));
    return opened;
  }

  /** Closes everything, also behind one that fails. @throws the first failure, when all are closed */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
