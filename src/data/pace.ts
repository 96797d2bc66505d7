import { setImmediate } from 'node:timers/promises';

/** Milliseconds of work after which the planner lets the dispatcher, which shares its thread, have a turn. */
const turn = 5;

/** Ask `due()` after every small piece of work; when it says yes, `await pause()`. */
export interface Pace {
  due(): boolean;
  pause(): Promise<void>;
}

export function createPace(): Pace {
  let started = performance.now();
  return {
    due: () => performance.now() - started >= turn,
    async pause() {
      await setImmediate();
      started = performance.now();
    },
  };
}
