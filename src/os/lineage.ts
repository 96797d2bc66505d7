/**
 * Every process of a step carries a mark in its environment, which its children inherit. So also those are found that left
 * their group and lost their parent (`setsid`, a double fork): no process may outlive the step that it belongs to.
 * Only Linux shows other processes' environments; elsewhere groups and descendants have to do.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

export const lineageVariable = 'PARALLELRUN_LINEAGE';

/** What the marks of all steps that this process runs begin with. */
export const ownLineage = `${process.pid}-${randomBytes(6).toString('hex')}/`;

/** The mark of one step's processes. */
export function lineageOf(job: string, step: string): string {
  return `${ownLineage}${job}/${step}/`;
}

/** Kills every process that carries the mark. */
export function killLineage(mark: string): void {
  for (const pid of marked(mark)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Already gone.
    }
  }
}

function marked(mark: string): number[] {
  let entries: string[];
  try {
    entries = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  const wanted = `${lineageVariable}=${mark}`;
  return entries.map(Number).filter((pid) => {
    if (pid === process.pid) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(wanted);
    } catch {
      // It is gone, or belongs to another user.
      return false;
    }
  });
}
