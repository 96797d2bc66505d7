import { processIds, readStat } from './proc.ts';

/**
 * Kills a process group and, where the system tells (`/proc`), also the descendants of its leader that left the group
 * (a script's child that called `setsid`). Call it while the leader lives: orphans can no longer be told apart.
 */
export function killTree(leader: number): void {
  const escaped = descendants(leader);
  killGroup(leader);
  for (const pid of escaped) killProcess(pid);
}

/** Kills the group alone; for a leader that is already gone. */
export function killGroup(leader: number): void {
  killProcess(-leader);
}

export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

function descendants(leader: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const pid of processIds()) {
    const stat = readStat(pid);
    if (stat === undefined) continue;
    const siblings = children.get(stat.parent);
    if (siblings === undefined) children.set(stat.parent, [pid]);
    else siblings.push(pid);
  }
  const found: number[] = [];
  const next = [leader];
  for (let pid = next.pop(); pid !== undefined; pid = next.pop()) {
    const own = children.get(pid) ?? [];
    found.push(...own);
    next.push(...own);
  }
  return found;
}
