/** When two errors are the same mistake. Pure. */
import type { ScriptError } from './types.ts';

/** So many failed attempts of a step are events; a job can fail a million times, and further ones are only counted. */
export const toldAsEvents = 100;

/** What two errors must share to be one kind: the type and the script's line; without a stack, the message but for its numbers and names. */
export function kindOf(error: ScriptError): string {
  return `${error.type}\n${placeOf(error) ?? error.message.slice(0, 300).replace(/\d+|'[^']*'|"[^"]*"/g, '#')}`;
}

/** The line of the script that raised, as its language prints it: last in a Python traceback, first in a JavaScript stack. */
export function placeOf({ stack }: ScriptError): string | undefined {
  if (stack === undefined) return undefined;
  const python = stack.lastIndexOf('File "');
  const begin = python === -1 ? stack.search(/^ {4}at /m) : python;
  if (begin === -1) return undefined;
  const end = stack.indexOf('\n', begin);
  return stack.slice(begin, end === -1 ? undefined : end);
}
