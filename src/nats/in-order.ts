/** Puts messages back into the order in which they were sent: those that had to be sent again come late, or twice. */
export class InOrder<T> {
  #next = 1;
  readonly #early = new Map<number, T>();

  /**
   * @param number 1-based place of the message among those of its sender
   * @returns those whose turn it is, in order; none for one that came before, or that others must come before
   */
  take(number: number, message: T): readonly T[] {
    if (number < this.#next) return [];
    if (number > this.#next) {
      this.#early.set(number, message);
      return [];
    }
    const ready = [message];
    this.#next += 1;
    for (let next = this.#early.get(this.#next); next !== undefined; next = this.#early.get(this.#next)) {
      ready.push(next);
      this.#early.delete(this.#next);
      this.#next += 1;
    }
    return ready;
  }

  /** It has come, and others must come before it. */
  keeps(number: number): boolean {
    return this.#early.has(number);
  }
}
