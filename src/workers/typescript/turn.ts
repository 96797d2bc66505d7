import { setImmediate } from 'node:timers';

/** One turn of the event loop: what is waiting to happen has happened. Not the promise of `node:timers/promises`, which needs sound iterators. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
