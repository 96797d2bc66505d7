/** How fast a step goes, and how long it will still take; from its samples of progress. Pure. */
import type { ItemCounts, MiniBatchCounts } from '../../events/types.ts';

interface Sample {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly miniBatches: number;
  readonly items: number;
}

export interface Pace {
  /** Where this life of the step began: what was finished before counts for no rate. */
  readonly origin: Sample;
  /** The last quarter of a minute. */
  readonly recent: readonly Sample[];
}

export interface Counts {
  readonly miniBatches: MiniBatchCounts;
  readonly items: ItemCounts;
}

/** Seconds. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

const recentMs = 15_000;
const trustedAfterMs = 4_000;
const trustedAfterMiniBatches = 10;

/** The pace of a step that starts now with nothing done. */
export function freshPace(at: number): Pace {
  const origin = { at, miniBatches: 0, items: 0 };
  return { origin, recent: [origin] };
}

/** The pace of a step of which a part is done already. */
export function resumedPace(at: number, counts: Counts): Pace {
  const origin = sampleOf(at, counts);
  return { origin, recent: [origin] };
}

export function withSample(pace: Pace, at: number, counts: Counts): Pace {
  const recent = pace.recent.filter((sample) => sample.at > at - recentMs);
  return { origin: pace.origin, recent: [...recent, sampleOf(at, counts)] };
}

/** Items a second of late; of the whole life of the step while it is short. */
export function itemRate(pace: Pace): number | undefined {
  return rates(pace, 'items').recent;
}

/**
 * How long what is left will take; undefined until it can be trusted: everything is planned, enough is done,
 * and the pace of late and the pace so far agree. By items where the number of all items is known, else by mini-batches.
 */
export function remaining(pace: Pace, counts: Counts, now: number): Range | undefined {
  const last = pace.recent.at(-1);
  if (last === undefined || !counts.miniBatches.planned) return undefined;
  const finished = last.miniBatches - pace.origin.miniBatches;
  if (now - pace.origin.at < trustedAfterMs || finished < trustedAfterMiniBatches) return undefined;

  const unit = knowsItems(counts) ? 'items' : 'miniBatches';
  const left = counts[unit].total - last[unit];
  const { recent, whole } = rates(pace, unit);
  if (recent === undefined || whole === undefined || recent <= 0 || whole <= 0) return undefined;
  // Mini-batches differ: of n of them the mean is known to about 1/√n.
  const doubt = 1 / Math.sqrt(finished);
  const since = (now - last.at) / 1000;
  const low = Math.max(0, (left / Math.max(recent, whole)) * (1 - doubt) - since);
  const high = Math.max(0, (left / Math.min(recent, whole)) * (1 + doubt) - since);
  return high > 3 * low + 5 ? undefined : { low, high };
}

/** Rows of a table are counted as they are read; their total is what was counted so far and says nothing of what is left. */
function knowsItems({ miniBatches, items }: Counts): boolean {
  const share = (counts: { readonly total: number; readonly done: number; readonly failed: number }): number =>
    counts.total === 0 ? 0 : 1 - (counts.done + counts.failed) / counts.total;
  return share(items) > share(miniBatches) / 2;
}

function rates(pace: Pace, unit: 'items' | 'miniBatches'): { readonly recent: number | undefined; readonly whole: number | undefined } {
  const last = pace.recent.at(-1);
  const first = pace.recent[0];
  const between = (from: Sample | undefined): number | undefined =>
    from === undefined || last === undefined || last.at - from.at < 250
      ? undefined
      : (1000 * (last[unit] - from[unit])) / (last.at - from.at);
  const whole = between(pace.origin);
  return { recent: between(first) ?? whole, whole };
}

function sampleOf(at: number, { miniBatches, items }: Counts): Sample {
  return { at, miniBatches: miniBatches.done + miniBatches.failed, items: items.done + items.failed };
}
