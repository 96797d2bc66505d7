/** What a script threw, as the one shape that reports carry. */
import { realpathSync } from 'node:fs';
import { inspect } from 'node:util';
import { cleanStack, isFrame } from '../../errors/stack.ts';
import type { ScriptError } from '../../events/types.ts';
import { AttemptError } from './attempt-error.ts';

const typeLimit = 200;
const messageLimit = 4_000;
const stackLimit = 16_000;
/** Causes of causes, and members of aggregates, of which so many are told. */
const deepest = 5;
const membersTold = 5;

let folders: readonly string[] = [];

/** Files below the copy of the code that runs here are told relative to it: so they are called where they are edited. */
export function nameFilesIn(code: string): void {
  // Modules are loaded by their real path.
  folders = [...new Set([code, realpathSync(code)])];
}

export function scriptError(thrown: unknown): ScriptError {
  if (AttemptError.is(thrown)) return { type: thrown.type, message: thrown.message };
  try {
    return thrown instanceof Error ? errorOf(thrown) : thrownValue(thrown);
  } catch {
    // Getters and proxies can do anything.
    return { type: 'ThrownValue', message: 'the script threw something that cannot be shown' };
  }
}

/** A path, or a stack, with files as they are called where they are edited. */
export function asEdited(text: string): string {
  return folders.reduce((told, folder) => told.replaceAll(`${folder}/`, ''), text);
}

export function ownStack(stack: string): string {
  return cleanStack(stack, folders);
}

function errorOf(error: Error): ScriptError {
  const message = shorten(messageOf(error) || '(no message)', messageLimit);
  const stack = stackOf(error);
  return { type: shorten(typeOf(error), typeLimit), message, ...(stack !== undefined && { stack: shorten(stack, stackLimit) }) };
}

/** A subclass that did not set its name is still told apart from others. */
function typeOf(error: Error): string {
  return String(error.name === 'Error' ? error.constructor.name : error.name);
}

function messageOf(error: Error): string {
  const own = String(error.message);
  try {
    const from = reasonsOf(error, new Set([error])).filter((reason) => !own.includes(reason));
    if (from.length === 0) return own;
    return own === '' ? from.join('; ') : `${own} (caused by ${from.join('; ')})`;
  } catch {
    return own;
  }
}

/** What it comes from, without which `fetch failed` says nothing: `Error: connect ECONNREFUSED 127.0.0.1:80`. */
function reasonsOf(error: Error, seen: ReadonlySet<Error>): readonly string[] {
  if (seen.size > deepest) return [];
  return [...membersOf(error), ...causeOf(error)].flatMap((one) => {
    if (seen.has(one)) return [];
    const own = String(one.message);
    return [...(own === '' ? [] : [`${typeOf(one)}: ${own}`]), ...reasonsOf(one, new Set([...seen, one]))];
  });
}

function causeOf(error: Error): readonly Error[] {
  return error.cause instanceof Error ? [error.cause] : [];
}

function membersOf(error: Error): readonly Error[] {
  if (!(error instanceof AggregateError)) return [];
  return error.errors.filter((one) => one instanceof Error).slice(0, membersTold);
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
    const parts = [...stacksOf(error, 0, new Set())];
    // Without a frame of the script it only repeats the message.
    return parts.some((part) => part.split('\n').some(isFrame)) ? parts.join('\n') : undefined;
  } catch {
    return undefined;
  }
}

/** Of the error, then of the members of an aggregate and of the cause, each with theirs behind it. */
function* stacksOf(error: Error, depth: number, seen: Set<Error>): Generator<string> {
  seen.add(error);
  yield ownStack(typeof error.stack === 'string' ? error.stack : `${typeOf(error)}: ${String(error.message)}`);
  if (depth === deepest) return;
  const members = membersOf(error);
  const all = error instanceof AggregateError ? error.errors.length : 0;
  for (const [place, member] of members.entries()) {
    if (!seen.has(member)) yield* labelled(`error ${place + 1} of ${all}`, stacksOf(member, depth + 1, seen));
  }
  for (const cause of causeOf(error)) if (!seen.has(cause)) yield* labelled('caused by', stacksOf(cause, depth + 1, seen));
}

function* labelled(label: string, stacks: Generator<string>): Generator<string> {
  let first = true;
  for (const stack of stacks) {
    yield first ? `${label}: ${stack}` : stack;
    first = false;
  }
}
