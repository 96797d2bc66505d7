/** Work on the files of a folder, which may be half a million: at once, or so that it is seen and can be stopped. */
import { statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

/** A file that has been dealt with. */
export interface Handled {
  readonly source: string;
}

/** @param bytes of all files so far */
export type TellFiles = (files: number, bytes: number) => void;

/** Milliseconds after which whoever shares the thread (Ctrl-C, the terminal) has a turn. */
const turn = 20;
/** Nothing is said of what takes less, and not oftener. */
const toldEvery = 2_000;

export function atOnce<Result>(work: Generator<Handled, Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/**
 * @param tell called every two seconds while the work goes on
 * @throws the signal's reason when it is aborted before the end
 */
export async function watched<Result>(work: Generator<Handled, Result>, signal: AbortSignal, tell: TellFiles): Promise<Result> {
  let paused = performance.now();
  let told = paused;
  let files = 0;
  let bytes = 0;
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    files += 1;
    bytes += statSync(step.value.source, { throwIfNoEntry: false })?.size ?? 0;
    const now = performance.now();
    if (now - paused < turn) continue;
    if (now - told >= toldEvery) {
      tell(files, bytes);
      told = now;
    }
    await setImmediate();
    // Thrown inside, so that what the work made so far is taken away.
    if (signal.aborted) work.throw(signal.reason);
    paused = performance.now();
  }
}
