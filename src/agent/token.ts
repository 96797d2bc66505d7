import { readFileSync } from 'node:fs';
import type { StepOrder } from '../workers/cluster/messages.ts';

/** Whether the folder here is the one in which the token was written. */
export function reads({ file, text }: StepOrder['token']): boolean {
  return tokenIn(file) === text;
}

/** Undefined where there is none. */
export function tokenIn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
