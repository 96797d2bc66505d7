/** What the processes of this machine use: `/proc` where there is one (Linux), `ps` elsewhere. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { parseStat, processIds } from './proc.ts';

export interface ProcessUse {
  readonly pid: number;
  readonly group: number;
  /** User and system time since it was started. */
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

export function readProcesses(): Promise<readonly ProcessUse[]> {
  return platform() === 'linux' ? readProc() : readPs();
}

async function readProc(): Promise<readonly ProcessUse[]> {
  const uses: ProcessUse[] = [];
  for (const pid of processIds()) {
    try {
      const [stat, status] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), readFile(`/proc/${pid}/status`, 'utf8')]);
      uses.push(parseProc(stat, status));
    } catch {
      // It ended meanwhile.
    }
  }
  return uses;
}

/** From `/proc/PID/stat` and `/proc/PID/status`, which has the memory in a unit that does not depend on the page size. */
export function parseProc(stat: string, status: string): ProcessUse {
  const { pid, group, cpuSeconds } = parseStat(stat);
  return {
    pid,
    group,
    cpuSeconds,
    memoryBytes: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024,
  };
}

function readPs(): Promise<readonly ProcessUse[]> {
  return new Promise((resolve, reject) => {
    execFile('ps', ['-A', '-o', 'pid=,pgid=,rss=,time='], { maxBuffer: 64 * 1024 * 1024 }, (error, stdout) =>
      error === null ? resolve(parsePs(stdout)) : reject(error),
    );
  });
}

/** Lines `PID PGID RSS-in-kB [[DD-]HH:]MM:SS[.cc]`. */
export function parsePs(text: string): readonly ProcessUse[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length === 4)
    .map(([pid = '', group = '', memory = '', time = '']) => ({
      pid: Number(pid),
      group: Number(group),
      cpuSeconds: parseCpuTime(time),
      memoryBytes: Number(memory) * 1024,
    }));
}

function parseCpuTime(time: string): number {
  const [days, clock] = time.includes('-') ? time.split('-') : ['0', time];
  return Number(days) * 86_400 + (clock ?? '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}
