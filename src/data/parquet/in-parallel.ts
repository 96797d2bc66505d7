/** What becomes of each, in order; so many are under way at the same time. */
export async function* inParallel<T, U>(all: readonly T[], atOnce: number, work: (one: T) => Promise<U>): AsyncGenerator<U> {
  const begun: Promise<U>[] = [];
  const begin = (one: T): void => {
    const promise = work(one);
    // Whoever comes to it sees the error; until then it is not an unhandled one.
    promise.catch(() => {});
    begun.push(promise);
  };
  for (const one of all.slice(0, atOnce)) begin(one);
  for (let next = atOnce, first = begun.shift(); first !== undefined; first = begun.shift(), next += 1) {
    const found = await first;
    const following = all[next];
    if (following !== undefined) begin(following);
    yield found;
  }
}
