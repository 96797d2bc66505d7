/**
 * How many mini-batches travel together. A no-op `run` wants many in flight, or the pipes cost more than the work; a slow
 * one wants none behind it, or work waits at a busy worker while another is idle. Pure.
 */

/** Authorised work that may wait at one worker, in milliseconds of its estimated run time. */
const budgetMs = 50;
const largestFrame = 256;
/** Weight of the newest mini-batch in the estimate. */
const weight = 0.2;

export class RunTime {
  #estimateMs: number | undefined;
  #limit = 1;

  /** A report of `count` mini-batches that took `ms` together. */
  observe(count: number, ms: number): void {
    const each = ms / count;
    const share = 1 - (1 - weight) ** count;
    this.#estimateMs = this.#estimateMs === undefined ? each : this.#estimateMs + (each - this.#estimateMs) * share;
    // A frame grows step by step: the first mini-batches may not be like the rest.
    this.#limit = each > budgetMs ? 1 : Math.min(largestFrame, Math.max(this.#limit, count) * 2);
  }

  /** Something went wrong among several: for a while they travel one by one, so that it is known which of them it is. */
  beCautious(): void {
    this.#limit = 1;
  }

  /** Mini-batches that make up one frame now. */
  frame(): number {
    if (this.#estimateMs === undefined) return 1;
    const fitting = Math.floor(budgetMs / Math.max(this.#estimateMs, budgetMs / largestFrame));
    return Math.max(1, Math.min(fitting, this.#limit, largestFrame));
  }
}

/**
 * How many more mini-batches a worker gets now.
 * @param assigned what it has already
 * @param waiting what nobody has yet
 * @param workers who share that
 */
export function refill(frame: number, assigned: number, waiting: number, workers: number): number {
  if (assigned > frame / 2 && assigned > 0) return 0;
  // A slow run must have nothing behind it that could not be taken back; quick ones need a second frame under way.
  const most = frame === 1 ? 1 : 2 * frame;
  const fair = Math.max(1, Math.floor(waiting / (2 * workers)));
  return Math.max(0, Math.min(most - assigned, fair, waiting));
}
