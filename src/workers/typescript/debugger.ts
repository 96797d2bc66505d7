/** `prl job debug`: the script waits for a debugger and stops before its first `run`. */
import inspector from 'node:inspector';
import type { EntryFunctions } from './entry.ts';

/** Node itself prints the address to stderr, which is the user's terminal. */
export function waitForDebugger(): void {
  if (inspector.url() === undefined) inspector.open();
  // The usual port is taken: any other will do, the address is printed.
  if (inspector.url() === undefined) inspector.open(0);
  inspector.waitForDebugger();
}

export function breakBeforeRun(run: EntryFunctions['run']): EntryFunctions['run'] {
  const stopping = (miniBatch: unknown, context: unknown) => {
    // biome-ignore lint/suspicious/noDebugger: this is the stop that was asked for; "step into" leads into the script's run.
    debugger;
    return run(miniBatch, context);
  };
  // As many parameters as the script's own: that decides whether it gets a context.
  return Object.defineProperty(stopping, 'length', { value: run.length });
}
