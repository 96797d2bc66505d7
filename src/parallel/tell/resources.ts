/** Samples of what a step's workers use, into `logs/sys/perf/`: one CSV line for each worker, each GPU and the machine. */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { cpus, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { type ProcessUse, readProcesses } from '../../os/usage.ts';
import { LogFile } from './log-file.ts';

export interface MonitoredWorker {
  readonly node: string;
  /** `process003`. */
  readonly worker: string;
  /** Leader of the worker's process group; what its children use counts as its own. */
  readonly pid: number;
}

export interface ResourceMonitor {
  close(): Promise<void>;
}

const megabyte = 1024 * 1024;
const processHeader = 'time,node,worker,pid,processes,cpu_percent,memory_mb\n';
const gpuHeader = 'time,index,name,gpu_percent,memory_used_mb,memory_total_mb\n';

/**
 * Samples every `intervalSeconds` (greater than 0) the workers that `workers()` names then. CPU is in percent of one core, over the time since the
 * sample before. `warn` is told, once, when samples cannot be written.
 */
export function startResourceMonitor(
  logsDirectory: string,
  intervalSeconds: number,
  workers: () => readonly MonitoredWorker[],
  warn: (message: string) => void,
): ResourceMonitor {
  const folder = join(logsDirectory, 'sys', 'perf');
  let warned = false;
  const onError = (error: Error): void => {
    if (!warned) warn(`Resource samples cannot be written (${error.message}).`);
    warned = true;
  };
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    onError(error as Error);
  }
  const processFile = new LogFile(join(folder, 'processes.csv'), onError);
  const gpuFile = new LogFile(join(folder, 'gpus.csv'), onError);
  let before: Sample = { at: Date.now(), cpuSeconds: new Map(), machineBusy: machineBusySeconds() };
  let header = true;
  let gpus: 'unknown' | 'present' | 'absent' = 'unknown';
  let running: Promise<void> = Promise.resolve();

  async function sample(): Promise<void> {
    const [uses, gpuLines] = await Promise.all([readProcesses(), gpus === 'absent' ? undefined : readGpus()]);
    const after: Sample = { at: Date.now(), cpuSeconds: new Map(), machineBusy: machineBusySeconds() };
    const time = new Date(after.at).toISOString();
    const elapsed = (after.at - before.at) / 1000;
    const groups = byGroup(uses);
    let text = header ? processHeader : '';
    header = false;
    for (const { node, worker, pid } of workers()) {
      const use = groups.get(pid);
      if (use === undefined) continue;
      after.cpuSeconds.set(pid, use.cpuSeconds);
      const percent = (100 * Math.max(0, use.cpuSeconds - (before.cpuSeconds.get(pid) ?? 0))) / elapsed;
      text += `${time},${node},${worker},${pid},${use.processes},${percent.toFixed(1)},${(use.memoryBytes / megabyte).toFixed(1)}\n`;
    }
    const machine = (100 * (after.machineBusy - before.machineBusy)) / elapsed;
    text += `${time},machine,,,,${machine.toFixed(1)},${((totalmem() - freemem()) / megabyte).toFixed(1)}\n`;
    processFile.append(text);
    if (gpuLines === undefined) gpus = 'absent';
    else {
      if (gpus === 'unknown') gpuFile.append(gpuHeader);
      gpus = 'present';
      gpuFile.append(gpuLines.map((line) => `${time},${line}\n`).join(''));
    }
    before = after;
  }

  const timer = setInterval(() => {
    running = sample().catch(onError);
  }, intervalSeconds * 1000).unref();

  return {
    async close() {
      clearInterval(timer);
      await running;
      await Promise.all([processFile.settled(), gpuFile.settled()]);
    },
  };
}

interface Sample {
  readonly at: number;
  readonly cpuSeconds: Map<number, number>;
  readonly machineBusy: number;
}

interface GroupUse {
  readonly processes: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

function byGroup(uses: readonly ProcessUse[]): ReadonlyMap<number, GroupUse> {
  const groups = new Map<number, GroupUse>();
  for (const use of uses) {
    const sum = groups.get(use.group) ?? { processes: 0, cpuSeconds: 0, memoryBytes: 0 };
    groups.set(use.group, {
      processes: sum.processes + 1,
      cpuSeconds: sum.cpuSeconds + use.cpuSeconds,
      memoryBytes: sum.memoryBytes + use.memoryBytes,
    });
  }
  return groups;
}

function machineBusySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + (times.user + times.nice + times.sys + times.irq) / 1000, 0);
}

/** Lines of `nvidia-smi`; undefined where there is none. */
function readGpus(): Promise<readonly string[] | undefined> {
  const query = ['--query-gpu=index,name,utilization.gpu,memory.used,memory.total', '--format=csv,noheader,nounits'];
  return new Promise((resolve) => {
    execFile('nvidia-smi', query, { timeout: 10_000 }, (error, stdout) =>
      resolve(
        error === null
          ? stdout
              .trim()
              .split('\n')
              .filter(Boolean)
              .map((line) => line.replaceAll(', ', ','))
          : undefined,
      ),
    );
  });
}
