/**
 * How much runs at the same time. A slot is about one busy process; who asks for more than there is gets all there is,
 * so that a step with many workers runs alone instead of never.
 */
export class Capacity {
  readonly #total: number;
  #free: number;
  readonly #waiting: { readonly slots: number; readonly start: () => void }[] = [];

  constructor(total: number) {
    this.#total = Math.max(1, total);
    this.#free = this.#total;
  }

  /** Waits for the slots, first come first served, runs the work, gives them back. */
  async with<T>(slots: number, work: () => Promise<T>): Promise<T> {
    const taken = Math.min(Math.max(1, slots), this.#total);
    await new Promise<void>((start) => {
      this.#waiting.push({ slots: taken, start });
      this.#serve();
    });
    try {
      return await work();
    } finally {
      this.#free += taken;
      this.#serve();
    }
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next !== undefined && next.slots <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.slots;
      next.start();
    }
  }
}
