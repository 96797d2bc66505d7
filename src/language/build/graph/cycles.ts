/** Steps that wait for each other in a cycle. */

/**
 * Each cycle once, from a step on it back to the same. Depth first, without recursion: a chain may have many thousand steps.
 * @param waits the steps that each step waits for
 */
export function cyclesIn(waits: ReadonlyMap<string, ReadonlySet<string>>): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  const done = new Set<string>();
  const waitsOf = (name: string) => (waits.get(name) ?? new Set<string>()).values();
  for (const start of waits.keys()) {
    if (done.has(start)) continue;
    const path = [{ name: start, rest: waitsOf(start) }];
    const onPath = new Set([start]);
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const next = last.rest.next();
      if (next.done === true) {
        path.pop();
        onPath.delete(last.name);
        done.add(last.name);
      } else if (onPath.has(next.value)) {
        const names = path.map(({ name }) => name);
        found.push([...names.slice(names.indexOf(next.value)), next.value]);
      } else if (!done.has(next.value)) {
        path.push({ name: next.value, rest: waitsOf(next.value) });
        onPath.add(next.value);
      }
    }
  }
  return found;
}
