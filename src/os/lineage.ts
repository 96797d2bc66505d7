/**
 * Every process of a step carries a mark in its environment, which its children inherit. So also those are found that left
 * their group and lost their parent (`setsid`, a double fork): no process may outlive the step that it belongs to.
 * Only Linux shows other processes' environments; elsewhere groups and descendants have to do.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { killProcess } from './kill.ts';
import { processIds } from './proc.ts';
import { startTime } from './start-time.ts';

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
  for (const pid of processIds()) if (pid !== process.pid && markOf(pid) === mark) killProcess(pid);
}

/**
 * Kills what processes of ours that are gone have left running for steps below the folder: their reaper was killed as well.
 * @param directory absolute; nobody but the caller may run steps there now
 */
export function killOrphans(directory: string): void {
  for (const pid of processIds()) {
    const [, starter, step] = /^(\d+)-[0-9a-f]+:(.*)$/s.exec(markOf(pid) ?? '') ?? [];
    if (step?.startsWith(`${directory}/`) === true && startTime(Number(starter)) === undefined) killProcess(pid);
  }
}

/** Whether its environment has the variable, with that value. */
export function isMarked(pid: number, variable: string, value: string): boolean {
  return variableOf(pid, variable) === value;
}

function markOf(pid: number): string | undefined {
  return variableOf(pid, lineageVariable);
}

/** Undefined for a process that has none of that name, is gone, or belongs to another user. */
function variableOf(pid: number, variable: string): string | undefined {
  const name = `${variable}=`;
  try {
    const found = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .find((each) => each.startsWith(name));
    return found?.slice(name.length);
  } catch {
    return undefined;
  }
}
