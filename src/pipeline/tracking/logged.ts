/** What the scripts of a step have logged, by name: the latest values. */
import type { MetricValue } from '../../events/types.ts';

export interface Logged {
  readonly metrics: ReadonlyMap<string, Point<LoggedValue>>;
  readonly params: ReadonlyMap<string, Point<string>>;
  readonly tags: ReadonlyMap<string, Point<string>>;
}

export interface Point<V> {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly value: V;
}

/** A list (`log_list`), a row (`log_row`), a table (`log_table`), or one value. */
export type LoggedValue = MetricValue | readonly unknown[] | Readonly<Record<string, unknown>>;

/** The latest of each name. */
export function merged(all: readonly Logged[]): Logged {
  return {
    metrics: latest(all.map(({ metrics }) => metrics)),
    params: latest(all.map(({ params }) => params)),
    tags: latest(all.map(({ tags }) => tags)),
  };
}

/** Names that both have are those of `above`. */
export function over(below: Logged, above: Logged): Logged {
  return {
    metrics: new Map([...below.metrics, ...above.metrics]),
    params: new Map([...below.params, ...above.params]),
    tags: new Map([...below.tags, ...above.tags]),
  };
}

function latest<V>(all: readonly ReadonlyMap<string, Point<V>>[]): ReadonlyMap<string, Point<V>> {
  const found = new Map<string, Point<V>>();
  for (const points of all) {
    for (const [name, point] of points) if ((found.get(name)?.time ?? Number.NEGATIVE_INFINITY) <= point.time) found.set(name, point);
  }
  return found;
}
