/** What a script threw, as the one shape that reports carry: its own frames, without ours and Node's. */
import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import type { ScriptError } from '../../events/types.ts';
import { AttemptError } from './attempt-error.ts';

/** `src` or `dist` of this package: none of it is the user's. */
const ours = dirname(dirname(import.meta.dirname)) + sep;

const typeLimit = 200;
const messageLimit = 4_000;
const stackLimit = 16_000;

export function scriptError(thrown: unknown): ScriptError {
  if (AttemptError.is(thrown)) return { type: thrown.type, message: thrown.message };
  try {
    return thrown instanceof Error ? errorOf(thrown) : thrownValue(thrown);
  } catch {
    // Getters and proxies can do anything.
    return { type: 'ThrownValue', message: 'the script threw something that cannot be shown' };
  }
}

function errorOf(error: Error): ScriptError {
  // A subclass that did not set its name is still told apart from others.
  const type = String(error.name === 'Error' ? error.constructor.name : error.name);
  const message = shorten(String(error.message) || '(no message)', messageLimit);
  const stack = stackOf(error);
  return { type: shorten(type, typeLimit), message, ...(stack !== undefined && { stack: shorten(stack, stackLimit) }) };
}

function thrownValue(value: unknown): ScriptError {
  return { type: 'ThrownValue', message: shorten(`the script threw ${inspect(value, { depth: 1 })}, which is not an Error`, messageLimit) };
}

/** Both ends of a long text: a stack begins with the reason and ends with the first call. */
function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = limit / 2;
  return `${text.slice(0, half)}\n… ${text.length - limit} characters left out …\n${text.slice(-half)}`;
}

/** The kind and the message are told even where the script has broken what stacks are taken apart with. */
function stackOf(error: Error): string | undefined {
  try {
    return scriptStack(error);
  } catch {
    return undefined;
  }
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
  // Without a frame of the script it only repeats the message.
  return parts.some((part) => part.split('\n').some(isFrame)) ? parts.join('\ncaused by: ') : undefined;
}

/** With paths instead of addresses, and without our frames and Node's. */
export function cleanStack(stack: string): string {
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
