/**
 * All streams one after the other, as if they were one; the first item of each of the next streams is asked for beforehand,
 * so that opening many small files does not cost a wait for each.
 */
export async function* readAhead<T>(streams: Iterable<AsyncIterable<T>>, ahead: number): AsyncGenerator<T> {
  const rest = streams[Symbol.iterator]();
  const begun: { readonly iterator: AsyncIterator<T>; readonly first: Promise<IteratorResult<T>> }[] = [];
  const begin = (): void => {
    const next = rest.next();
    if (next.done === true) return;
    const iterator = next.value[Symbol.asyncIterator]();
    const first = iterator.next();
    // Whoever comes to it sees the error; until then it is not an unhandled one.
    first.catch(() => undefined);
    begun.push({ iterator, first });
  };
  for (let count = 0; count < ahead; count += 1) begin();
  try {
    for (let stream = begun[0]; stream !== undefined; stream = begun[0]) {
      for (let item = await stream.first; item.done !== true; item = await stream.iterator.next()) yield item.value;
      begun.shift();
      begin();
    }
  } finally {
    for (const { iterator, first } of begun) {
      await first.catch(() => undefined);
      await iterator.return?.();
    }
  }
}
