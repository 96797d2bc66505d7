/** Names in one sorted run. */
const runLength = 65_536;

/**
 * Sorts the names of one folder, a million of them too, in little memory: every run of names is sorted and packed into one
 * string (a name then costs its letters and one byte), and the runs are merged while they are read.
 */
export class SortedNames {
  #open: string[] = [];
  readonly #packed: string[] = [];

  add(name: string): void {
    if (this.#open.length === runLength) {
      this.#packed.push(`${this.#open.sort().join('\0')}\0`);
      this.#open = [];
    }
    this.#open.push(name);
  }

  /** The names in the order of their characters. Call once, after the last `add`. */
  read(): Iterator<string> {
    const rest = this.#open.sort();
    if (this.#packed.length === 0) return rest.values();
    return merge([...this.#packed.map(unpack), rest.values()]);
  }
}

function* unpack(run: string): Generator<string, undefined> {
  for (let start = 0; start < run.length; ) {
    const end = run.indexOf('\0', start);
    yield run.slice(start, end);
    start = end + 1;
  }
}

interface Head {
  name: string;
  readonly rest: Iterator<string>;
}

/** A binary heap of the runs' next names. */
function* merge(runs: readonly Iterator<string>[]): Generator<string, undefined> {
  const heap: Head[] = [];
  for (const rest of runs) {
    const first = rest.next();
    if (first.done !== true) heap.push({ name: first.value, rest });
  }
  heap.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (let top = heap[0]; top !== undefined; top = heap[0]) {
    yield top.name;
    const next = top.rest.next();
    if (next.done !== true) top.name = next.value;
    else {
      const last = heap.pop();
      if (last === undefined || heap.length === 0) continue;
      heap[0] = last;
    }
    sink(heap);
  }
}

function sink(heap: Head[]): void {
  for (let at = 0; ; ) {
    const left = 2 * at + 1;
    const leftHead = heap[left];
    const here = heap[at];
    if (leftHead === undefined || here === undefined) return;
    const rightHead = heap[left + 1];
    const rightIsLess = rightHead !== undefined && rightHead.name < leftHead.name;
    const least = rightIsLess ? rightHead : leftHead;
    if (here.name <= least.name) return;
    heap[at] = least;
    at = rightIsLess ? left + 1 : left;
    heap[at] = here;
  }
}
