/** Why a worker process died, in words that help. */
import { readFileSync } from 'node:fs';
import type { ScriptError } from '../../events/types.ts';
import { type LastWords, type WorkerExit, withPrinted } from '../../workers/compute.ts';
import type { Phase } from '../../workers/protocol/messages.ts';
import type { KillReason } from './worker.ts';

export function explainDeath(exit: WorkerExit, killed: KillReason | undefined, phase: Phase, lastWords: LastWords): ScriptError {
  if (killed?.kind === 'timeout') return timeout(killed, lastWords);
  const during = phase === 'running' ? 'in run()' : phase === 'loading' ? 'while it read the data' : 'while it wrote the returned rows';
  return died(`The worker process ${deathMessage(exit, during)}`, lastWords);
}

function died(message: string, { printed }: LastWords): ScriptError {
  const type = 'WorkerDied';
  if (printed === '') return { type, message: `${message} It wrote nothing to stderr.` };
  return { type, message, stack: withPrinted(`${type}: ${message}`, printed) };
}

function timeout(killed: Extract<KillReason, { kind: 'timeout' }>, { hung }: LastWords): ScriptError {
  const type = 'Timeout';
  const message = timeoutMessage(killed);
  switch (hung?.kind) {
    case undefined:
      return { type, message };
    case 'sentence':
      return { type, message: `${message} ${hung.sentence}` };
    case 'stack': {
      // As each language prints it: Python says last what happened, JavaScript first.
      const head = `${type}: ${message}`;
      return { type, message, stack: hung.stack.startsWith('Traceback') ? `${hung.stack}\n${head}` : `${head}\n${hung.stack}` };
    }
  }
}

/** In a few words, for the line that tells of a lost worker. */
export function lossReason(exit: WorkerExit, killed: KillReason | undefined): string {
  switch (killed?.kind) {
    case 'timeout':
      return 'it was killed: an attempt took too long';
    case 'unresponsive':
      return `it was killed: it did not begin its next mini-batch in ${killed.seconds} s, so something of the script keeps the process busy outside of run()`;
    default:
      return exit.kind === 'node_lost' ? nodeLost(exit) : describeExit(exit);
  }
}

function nodeLost({ node, why }: Extract<WorkerExit, { kind: 'node_lost' }>): string {
  return `its node ${node} counts as dead: ${why}; others do what it had`;
}

/** It ended before `init()` had returned. @param worker its label */
export function startError(
  exit: WorkerExit,
  worker: string,
  killed: Extract<KillReason, { kind: 'not_up' }> | undefined,
  lastWords: LastWords,
): ScriptError {
  if (killed !== undefined) {
    const message = `The process of the worker ${worker} did not come up in ${killed.seconds} s and was killed. Its stderr in logs/user/stderr may say more; the limits on processes and memory (ulimit -u, ulimit -v, the control group) may be too low for its interpreter.`;
    return { type: 'WorkerNotStarted', message };
  }
  if (exit.kind === 'not_started')
    return {
      type: 'WorkerNotStarted',
      message: `The process of the worker ${worker} could not be started: ${exit.reason}.${spawnHint(exit.reason)}`,
    };
  return died(`The worker ${worker} ended with ${describeExit(exit)} before init() had returned.`, lastWords);
}

/** What to do where the system has no room for another process. */
function spawnHint(reason: string): string {
  if (reason.includes('EAGAIN'))
    return ' The limit on processes is reached (ulimit -u, or pids.max of the control group): raise it, or use fewer workers (max_concurrency_per_instance).';
  if (reason.includes('EMFILE') || reason.includes('ENFILE'))
    return ' The limit on open files is reached (ulimit -n): raise it, or use fewer workers (max_concurrency_per_instance).';
  return reason.includes('ENOMEM') ? ' Memory is short: use fewer workers (max_concurrency_per_instance).' : '';
}

/** `exit code 1`, `signal SIGKILL`. */
export function describeExit(exit: WorkerExit): string {
  switch (exit.kind) {
    case 'exited':
      return `exit code ${exit.code}`;
    case 'killed':
      return `signal ${exit.signal}`;
    case 'not_started':
      return exit.reason;
    case 'garbled':
      return `a kill by the coordinator: ${garbledMessage(exit.said)}`;
    case 'node_lost':
      return `the loss of its node ${exit.node}`;
  }
}

function timeoutMessage({ what, seconds }: Extract<KillReason, { kind: 'timeout' }>): string {
  return what === 'run'
    ? `run() took longer than ${seconds} s (retry_settings.timeout); the worker and its child processes were killed.`
    : `The data of the mini-batch could not be read in ${seconds} s (--task_overhead_timeout); the worker was killed.`;
}

function deathMessage(exit: WorkerExit, during: string): string {
  switch (exit.kind) {
    case 'killed':
      return exit.signal === 'SIGKILL'
        ? `was killed (SIGKILL) ${during}. ${whoKilled()}`
        : `was ended by ${exit.signal} ${during}: ${exit.signal === 'SIGABRT' ? 'it gave up, as Node and native code do when memory runs out' : 'a crash in native code, or a kill from outside'}.`;
    case 'exited':
      return `ended by itself ${during}, with exit code ${exit.code}: the script (or a library) called exit.`;
    case 'not_started':
      return `could not be started: ${exit.reason}`;
    case 'garbled':
      return `was killed ${during}: ${garbledMessage(exit.said)}`;
    case 'node_lost':
      return `was lost ${during}: ${nodeLost(exit)}.`;
  }
}

function garbledMessage(said: string): string {
  return `something wrote ${JSON.stringify(said)} to file descriptor 4, on which only parallelrun's own reports may travel. Open another descriptor, or print.`;
}

function whoKilled(): string {
  const evidence = outOfMemoryKills();
  return evidence === undefined || evidence > 0
    ? 'Most often that is the kernel, out of memory: try a smaller mini_batch_size or fewer workers (max_concurrency_per_instance).'
    : 'Nothing of ours sent it; the control group counts no out-of-memory kill.';
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
