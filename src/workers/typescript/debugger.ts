/** `prl job debug`: the script waits for a debugger, and stops at the first line of its `run` and where that throws what nobody catches. */
import inspector from 'node:inspector';
import { Session } from 'node:inspector/promises';
import type { EntryFunctions } from './entry.ts';
import { isThenable } from './returned.ts';

/** Node itself prints the address to stderr, which is the user's terminal. */
export function waitForDebugger(): void {
  if (inspector.url() === undefined) inspector.open();
  // The usual port is taken: any other will do, the address is printed.
  if (inspector.url() === undefined) inspector.open(0);
  inspector.waitForDebugger();
}

/** By which the debugger finds the function. */
const handle = Symbol.for('parallelrun.debugged');

/** @param run the script's own; the debugger stops in it, never in what is ours */
export async function debugged(run: EntryFunctions['run']): Promise<EntryFunctions['run']> {
  // A session of our own beside the user's: what it asks for stops all of them.
  const session = new Session();
  session.connect();
  Reflect.set(globalThis, handle, run);
  const { result } = await session.post('Runtime.evaluate', {
    expression: `globalThis[Symbol.for(${JSON.stringify(handle.description)})]`,
  });
  Reflect.deleteProperty(globalThis, handle);
  await session.post('Debugger.enable');
  await session.post('Debugger.setBreakpointOnFunctionCall', { objectId: result.objectId });
  // After the user's debugger is there: on its way in it says that it wants none.
  await session.post('Debugger.setPauseOnExceptions', { state: 'uncaught' });
  // As many parameters as the script's own: that decides whether it gets a context.
  return Object.defineProperty(uncaught(run), 'length', { value: run.length });
}

/** What `run` throws is caught by nobody on its way: where something would, the debugger does not take it for an exception to stop at. */
function uncaught(run: EntryFunctions['run']): EntryFunctions['run'] {
  return (miniBatch, context) =>
    new Promise((resolve) => {
      setImmediate(() => {
        const returned = run(miniBatch, context);
        if (isThenable(returned)) void returned.then(resolve);
        else resolve(returned);
      });
    });
}
