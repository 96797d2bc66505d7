/** What Linux tells of processes in `/proc`. Other systems have no such folder: nothing is found there. */
import { readdirSync, readFileSync } from 'node:fs';

/** The fields of `/proc/PID/stat` that somebody here asks for, under the names that proc(5) gives them. */
export interface ProcessStat {
  readonly pid: number;
  /** `R`, `S` …; `Z`: it has ended, and its parent has not yet taken note of that. */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  /** The group that the process's terminal listens to; -1 without a terminal. */
  readonly foregroundGroup: number;
  /** User and system time since it was started. */
  readonly cpuSeconds: number;
  /** Clock ticks after the system's start. */
  readonly started: number;
}

// Linux has had 100 ticks a second and says so to programs on every architecture that Node runs on.
const ticksPerSecond = 100;

/** Numbers of all processes of this machine. */
export function processIds(): readonly number[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

/** Undefined for a process that is gone. */
export function readStat(pid: number): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

export function parseStat(text: string): ProcessStat {
  // The second field is the program's name in parentheses and may hold anything, also spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (n: number): number => Number(fields[n - 3]);
  return {
    pid: Number.parseInt(text, 10),
    state: fields[0] ?? '',
    parent: field(4),
    group: field(5),
    foregroundGroup: field(8),
    cpuSeconds: (field(14) + field(15)) / ticksPerSecond,
    started: field(22),
  };
}
