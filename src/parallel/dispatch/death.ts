/** Why a worker process died, in words that help. */
import { readFileSync } from 'node:fs';
import type { ScriptError } from '../../events/types.ts';
import type { WorkerExit } from '../../workers/local/worker-process.ts';
import type { Phase } from '../../workers/protocol/messages.ts';
import type { KillReason } from './worker.ts';

export function explainDeath(exit: WorkerExit, killed: KillReason | undefined, phase: Phase): ScriptError {
  if (killed?.kind === 'timeout') {
    return killed.what === 'run'
      ? {
          type: 'Timeout',
          message: `run() took longer than ${killed.seconds} s (retry_settings.timeout); the worker and its child processes were killed.`,
        }
      : {
          type: 'Timeout',
          message: `The data of the mini-batch could not be read in ${killed.seconds} s (--task_overhead_timeout); the worker was killed.`,
        };
  }
  const during = phase === 'running' ? 'in run()' : phase === 'loading' ? 'while it read the data' : 'while it wrote the returned rows';
  if (exit.signal === 'SIGKILL') {
    const evidence = outOfMemoryKills();
    const hint =
      evidence === undefined || evidence > 0
        ? 'Most often that is the kernel, out of memory: try a smaller mini_batch_size or fewer workers (max_concurrency_per_instance).'
        : 'Nothing of ours sent it; the control group counts no out-of-memory kill.';
    return { type: 'WorkerDied', message: `The worker process was killed (SIGKILL) ${during}. ${hint}` };
  }
  if (exit.signal !== null) {
    return {
      type: 'WorkerDied',
      message: `The worker process was ended by ${exit.signal} ${during}: ${exit.signal === 'SIGABRT' ? 'it gave up, as Node and native code do when memory runs out' : 'a crash in native code, or a kill from outside'}. Its stderr in logs/user/stderr may say more.`,
    };
  }
  return {
    type: 'WorkerDied',
    message: `The worker process ended by itself ${during}, with exit code ${exit.code}: the script (or a library) called exit.`,
  };
}

/** `exit code 1`, `signal SIGKILL`. */
export function describeExit({ code, signal }: WorkerExit): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}

/** Kills for memory that this control group counts so far; undefined where it cannot be known. Linux only. */
function outOfMemoryKills(): number | undefined {
  try {
    const found = /^oom_kill (\d+)$/m.exec(readFileSync('/sys/fs/cgroup/memory.events', 'utf8'));
    return found?.[1] === undefined ? undefined : Number(found[1]);
  } catch {
    return undefined;
  }
}
