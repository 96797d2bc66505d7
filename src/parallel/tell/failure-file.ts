/**
 * Failed attempts in a step's `state/`, one JSON line each: what was told of them in earlier lives of the step, so that a resumed one
 * tells the whole. What counts is in the ledger; a line that is lost or torn here costs a sentence, never a number.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { isErrno } from '../../errors/thrown.ts';
import type { FailedAttempt, ScriptError } from '../../events/types.ts';
import { LineSplitter } from '../../os/lines.ts';
import { LogFile } from './log-file.ts';

/** Stacks are long and alike: the first of a kind is written, the others name it. */
interface FailureLine extends FailedAttempt {
  /** Number of its kind, in the order in which kinds were first seen in this file. */
  readonly kind?: number;
}

const longestMessage = 1_000;

export class FailureFile {
  readonly #file: LogFile;
  /** Kinds that have a stack in the file. */
  readonly #written = new Set<number>();

  constructor(path: string, onError: (error: Error) => void) {
    this.#file = new LogFile(path, onError);
  }

  /** @param kind undefined for one of too many kinds to be told apart */
  add(failure: FailedAttempt, kind: number | undefined): void {
    const isFirst = kind !== undefined && !this.#written.has(kind);
    if (isFirst) this.#written.add(kind);
    const { type, message, stack } = failure.error;
    const error: ScriptError = { type, message: message.slice(0, longestMessage), ...(isFirst && stack !== undefined && { stack }) };
    const line: FailureLine = { ...failure, error, ...(kind !== undefined && { kind }) };
    this.#file.append(`${JSON.stringify(line)}\n`);
  }

  settled(): Promise<void> {
    return this.#file.settled();
  }
}

/** Those of all lives of the step so far, in the order in which they were told. @throws the system's error for a file that cannot be read */
export function* readFailures(path: string): Generator<FailedAttempt> {
  const stacks = new Map<number, string | undefined>();
  for (const line of linesOf(path)) {
    const found = failureIn(line);
    if (found === undefined) continue;
    const { kind, ...failure } = found;
    const { stack } = failure.error;
    // A later life numbers its kinds anew, and writes the stack of each again.
    if (kind !== undefined && stack !== undefined) stacks.set(kind, stack);
    const known = kind === undefined ? undefined : stacks.get(kind);
    yield stack === undefined && known !== undefined ? { ...failure, error: { ...failure.error, stack: known } } : failure;
  }
}

function* linesOf(path: string): Generator<string> {
  const file = open(path);
  if (file === undefined) return;
  const splitter = new LineSplitter();
  const piece = Buffer.alloc(1 << 18);
  try {
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) {
      const lines: string[] = [];
      splitter.push(Buffer.from(piece.subarray(0, read)), (line) => lines.push(line));
      yield* lines;
    }
  } finally {
    closeSync(file);
  }
}

function open(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function failureIn(line: string): FailureLine | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isFailure(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isFailure(value: unknown): value is FailureLine {
  if (typeof value !== 'object' || value === null) return false;
  const { miniBatch, attempt, worker, final, what, error } = value as Partial<Record<keyof FailureLine, unknown>>;
  const { type, message } = (error ?? {}) as Partial<ScriptError>;
  return (
    Number.isSafeInteger(miniBatch) &&
    Number.isSafeInteger(attempt) &&
    typeof worker === 'string' &&
    typeof final === 'boolean' &&
    typeof what === 'string' &&
    typeof type === 'string' &&
    typeof message === 'string'
  );
}
