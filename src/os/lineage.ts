/**
 * Every process of a step carries a mark in its environment, which its children inherit. So also those are found that left
 * their group and lost their parent (`setsid`, a double fork): no process may outlive the step that it belongs to.
 * Only Linux shows other processes' environments; elsewhere groups and descendants have to do.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { killProcess } from './kill.ts';
import { processIds } from './proc.ts';

export const lineageVariable = 'PARALLELRUN_LINEAGE';

/** What the marks of all steps that one process of ours runs begin with, and no other's do. */
export function newLineage(): string {
  return `${process.pid}-${randomBytes(6).toString('hex')}:`;
}

/**
 * The mark of one step's processes.
 * @param directory the step's folder, absolute: it tells steps and jobs of the same name in two homes apart
 */
export function stepMark(lineage: string, directory: string): string {
  return lineage + directory;
}

/** Kills every process that carries the mark. */
export function killMarked(mark: string): void {
  for (const pid of processIds()) if (pid !== process.pid && carries(pid, mark)) killProcess(pid);
}

function carries(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${lineageVariable}=${mark}`);
  } catch {
    // It is gone, or belongs to another user.
    return false;
  }
}
