/** Samples of what a step's workers use, into `logs/sys/perf/`: one CSV line for each worker, each GPU and the machine. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Compute } from '../../workers/compute.ts';
import { LogFile } from './log-file.ts';

export interface ResourceMonitor {
  close(): Promise<void>;
}

const megabyte = 1024 * 1024;
const processHeader = 'time,node,worker,pid,processes,cpu_percent,memory_mb\n';
const gpuHeader = 'time,index,name,gpu_percent,memory_used_mb,memory_total_mb\n';

/**
 * Samples every `intervalSeconds` (greater than 0) what the compute's workers and machines use then. CPU is in percent of one core, over the time since the
 * sample before. `warn` is told, once, when samples cannot be written.
 */
export function startResourceMonitor(
  logsDirectory: string,
  intervalSeconds: number,
  compute: Pick<Compute, 'use' | 'machines'>,
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
  let before: Sample = { at: performance.now(), cpuSeconds: new Map() };
  let isFirst = true;
  let gpusTold = false;
  // Machines were busy before us.
  let running: Promise<void> = compute.machines().then((machines) => {
    for (const { name, cpuSeconds } of machines) before.cpuSeconds.set(name, cpuSeconds);
  }, onError);

  async function sample(): Promise<void> {
    const [{ workers, gpus }, machines] = await Promise.all([compute.use(), compute.machines()]);
    const after: Sample = { at: performance.now(), cpuSeconds: new Map() };
    const time = new Date().toISOString();
    const elapsed = (after.at - before.at) / 1000;
    const percent = (key: string, cpuSeconds: number): string => {
      after.cpuSeconds.set(key, cpuSeconds);
      return ((100 * Math.max(0, cpuSeconds - (before.cpuSeconds.get(key) ?? 0))) / elapsed).toFixed(1);
    };
    const rows = workers.map(({ node, worker, pid, processes, cpuSeconds, memoryBytes }) =>
      [time, node, worker, pid, processes, percent(`${node}/${pid}`, cpuSeconds), (memoryBytes / megabyte).toFixed(1)].join(','),
    );
    for (const { name, cpuSeconds, memoryBytes } of machines) {
      rows.push([time, name, '', '', '', percent(name, cpuSeconds), (memoryBytes / megabyte).toFixed(1)].join(','));
    }
    processFile.append(`${isFirst ? processHeader : ''}${rows.join('\n')}\n`);
    isFirst = false;
    if (gpus.length > 0) {
      gpuFile.append(`${gpusTold ? '' : gpuHeader}${gpus.map(({ line }) => `${time},${line}\n`).join('')}`);
      gpusTold = true;
    }
    before = after;
  }

  const timer = setInterval(() => {
    running = running.then(sample).catch(onError);
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
  /** By a clock that is never set back. */
  readonly at: number;
  /** By process, or machine. */
  readonly cpuSeconds: Map<string, number>;
}
