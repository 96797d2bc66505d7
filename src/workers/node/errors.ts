/** What a script threw, as the one shape that reports carry: its own frames, without ours and Node's. */
import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import type { ScriptError } from '../../events/types.ts';
import { AttemptError } from './attempt-error.ts';

/** `src` or `dist` of this package: none of it is the user's. */
const ours = dirname(dirname(import.meta.dirname)) + sep;

export function scriptError(thrown: unknown): ScriptError {
  if (thrown instanceof AttemptError) return { type: thrown.type, message: thrown.message };
  if (!(thrown instanceof Error)) {
    return { type: 'ThrownValue', message: `the script threw ${inspect(thrown, { depth: 1 })}, which is not an Error` };
  }
  const type = thrown.name || thrown.constructor.name;
  const message = thrown.message || '(no message)';
  const stack = scriptStack(thrown);
  return stack === undefined ? { type, message } : { type, message, stack };
}

function scriptStack(error: Error): string | undefined {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  for (let cause: unknown = error; cause instanceof Error && !seen.has(cause); cause = cause.cause) {
    seen.add(cause);
    if (typeof cause.stack === 'string') parts.push(cleanStack(cause.stack));
    if (cause instanceof AggregateError)
      for (const one of cause.errors) if (one instanceof Error) parts.push(cleanStack(one.stack ?? one.message));
  }
  const stack = parts.join('\ncaused by: ');
  // Without a frame of the script it only repeats the message.
  return stack === '' || stack === `${error.name}: ${error.message}` ? undefined : stack;
}

function cleanStack(stack: string): string {
  const lines = stack
    .split('\n')
    .map((line) => line.replace(/file:\/\/[^\s()]*/g, toPath))
    .filter((line) => !isFrame(line) || !(line.includes(ours) || line.includes('node:internal/')));
  // Below the script's first call there is only what called it.
  while (/^\s+at .*\(?node:/.test(lines.at(-1) ?? '')) lines.pop();
  return lines.join('\n');
}

function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}

/** `file:///a/b.ts?x:3:4` → `/a/b.ts:3:4`. */
function toPath(url: string): string {
  const match = /^(file:\/\/[^?]*?)(?:\?[^:]*)?((?::\d+){0,2})$/.exec(url);
  if (match?.[1] === undefined) return url;
  try {
    return fileURLToPath(match[1]) + (match[2] ?? '');
  } catch {
    return url;
  }
}
