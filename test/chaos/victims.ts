/** Who is who among a job's processes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processIds, readStat } from '../../src/os/proc.ts';

export interface Victims {
  readonly coordinator: number | undefined;
  readonly reaper: number | undefined;
  /** Workers, commands, and whatever these started. */
  readonly others: readonly number[];
}

/** @param directory the case's own: `CHAOS` in the environment of all that it started */
export function victims(directory: string, job: string): Victims {
  const coordinator = coordinatorOf(directory, job);
  const started = leftOf(directory).filter((pid) => pid !== coordinator);
  const children = started.filter((pid) => coordinator !== undefined && readStat(pid)?.parent === coordinator);
  const reaper = children.find((pid) => argumentsOf(pid).includes('PARALLELRUN_LINEAGE'));
  const roots = children.filter((pid) => pid !== reaper);
  return { coordinator, reaper, others: roots };
}

/** Every process that lives and carries the case's mark. */
export function leftOf(directory: string): readonly number[] {
  return processIds().filter((pid) => pid !== process.pid && carries(pid, directory) && readStat(pid)?.state !== 'Z');
}

function coordinatorOf(directory: string, job: string): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(join(directory, 'home', 'jobs', job, 'coordinator.json'), 'utf8')) as { pid: number };
    return carries(pid, directory) ? pid : undefined;
  } catch {
    return undefined;
  }
}

function carries(pid: number, directory: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`CHAOS=${directory}`);
  } catch {
    return false;
  }
}

function argumentsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
