/** What workers, this machine and its GPUs use. */
import { execFile } from 'node:child_process';
import { cpus, freemem, totalmem } from 'node:os';
import { type ProcessUse, readProcesses } from '../../os/usage.ts';
import type { ComputeUse, GpuUse, MachineUse } from '../compute.ts';

export interface LocalWorkerId {
  readonly node: string;
  readonly worker: string;
  /** Leader of the worker's process group; what its children use counts as its own. */
  readonly pid: number;
}

export class LocalUse {
  /** Where the driver's tool was not found, it is not looked for again. */
  #hasGpus = true;

  async read(workers: readonly LocalWorkerId[]): Promise<ComputeUse> {
    const [processes, gpus] = await Promise.all([readProcesses(), this.#hasGpus ? readGpus() : undefined]);
    this.#hasGpus = gpus !== undefined;
    const groups = byGroup(processes);
    return {
      workers: workers.flatMap((worker) => {
        const use = groups.get(worker.pid);
        return use === undefined ? [] : [{ ...worker, ...use }];
      }),
      gpus: gpus ?? [],
    };
  }
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

export function readLocalMachine(): MachineUse {
  const cpuSeconds = cpus().reduce((sum, { times }) => sum + (times.user + times.nice + times.sys + times.irq) / 1000, 0);
  return { name: 'machine', cpuSeconds, memoryBytes: totalmem() - freemem() };
}

/** Undefined where there is no such tool. */
function readGpus(): Promise<readonly GpuUse[] | undefined> {
  const query = ['--query-gpu=index,name,utilization.gpu,memory.used,memory.total', '--format=csv,noheader,nounits'];
  return new Promise((resolve) => {
    execFile('nvidia-smi', query, { timeout: 10_000 }, (error, stdout) => {
      const lines = stdout.trim().split('\n').filter(Boolean);
      resolve(error === null ? lines.map((line) => ({ line: line.replaceAll(', ', ',') })) : undefined);
    });
  });
}
