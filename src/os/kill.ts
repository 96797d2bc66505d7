import { readdirSync, readFileSync } from 'node:fs';

/**
 * Kills a process group and, where the system tells (`/proc`), also the descendants of its leader that left the group
 * (a script's child that called `setsid`). Call it while the leader lives: orphans can no longer be told apart.
 */
export function killTree(leader: number): void {
  const escaped = descendants(leader);
  signal(-leader);
  for (const pid of escaped) signal(pid);
}

/** Kills the group alone; for a leader that is already gone. */
export function killGroup(leader: number): void {
  signal(-leader);
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

function descendants(leader: number): number[] {
  let entries: string[];
  try {
    entries = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  const children = new Map<number, number[]>();
  for (const entry of entries) {
    let stat: string;
    try {
      stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
    } catch {
      continue;
    }
    // The command name may hold spaces and parentheses: the fields begin after the last one.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [Number(entry)]);
    else siblings.push(Number(entry));
  }
  const found: number[] = [];
  const next = [leader];
  for (let pid = next.pop(); pid !== undefined; pid = next.pop()) {
    for (const child of children.get(pid) ?? []) {
      found.push(child);
      next.push(child);
    }
  }
  return found;
}
