/** One thing that jobs may need of this machine. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface Check {
  readonly check: string;
  /** `missing`, and `broken` (there, and of no use): only jobs that need it are affected. `bad`: nothing runs. */
  readonly status: 'ok' | 'missing' | 'broken' | 'bad';
  /** What it is there for. */
  readonly enables: string;
  /** What was found; null: nothing. */
  readonly found: string | null;
  /** How to get it, where it is missing. */
  readonly get: string | null;
}

/** What is asked of a thing that may be there. */
export interface Sought {
  readonly check: string;
  readonly enables: string;
  readonly get: string;
}

export function found(sought: Sought, what: string): Check {
  return { ...sought, status: 'ok', found: what, get: null };
}

export function missing(sought: Sought): Check {
  return { ...sought, status: 'missing', found: null };
}

export function broken(sought: Sought, why: string): Check {
  return { ...sought, status: 'broken', found: why };
}

/** It should not take longer to say that something is there. */
const patience = 5_000;

/** A program that says its version, by the first line that it prints. */
export async function program(sought: Sought, file: string, args: readonly string[]): Promise<Check> {
  try {
    const { stdout } = await promisify(execFile)(file, args, { timeout: patience });
    return found(sought, stdout.trim().split('\n')[0] ?? '');
  } catch {
    return missing(sought);
  }
}
