/** Starts a process as the leader of a group of its own, which ends as a whole: by its own end, by `kill`, or with this process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Duplex } from 'node:stream';
import { isSystemError, messageOf } from '../errors/thrown.ts';
import { killGroup, killTree } from './kill.ts';
import type { Reaper } from './reaper.ts';

export interface GroupStart {
  readonly file: string;
  readonly args: readonly string[];
  readonly workingDirectory: string;
  /** Complete: nothing else is inherited. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** Files, appended to, whose folders are made. One file for both keeps the order in which lines are written. */
  readonly stdout: string;
  readonly stderr: string;
  /** Pipes on the descriptors from 3 on, which the process reads from or writes into. Default: none. */
  readonly pipes?: readonly ('in' | 'out')[];
}

export type GroupEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: NodeJS.Signals }
  /** It never ran; the reason is the system's: `spawn bash ENOENT`. */
  | { readonly kind: 'not_started'; readonly reason: string };

export interface ProcessGroup {
  /** The leader's; undefined where it could not be started, or cannot be seen from here. */
  readonly pid: number | undefined;
  /** The group's own number, likewise. */
  readonly group: number | undefined;
  /** Our ends of the pipes; none where the process could not be started for want of descriptors. All close by the end. */
  readonly pipes: readonly Duplex[];
  /** How the leader ended. It never rejects; nothing of the group is left then, but a pipe may still hold what was written last. */
  readonly ended: Promise<GroupEnd>;
  /** Kills the leader with everything that it started, also what left the group. Nothing happens after the end. */
  kill(): void;
}

/** @throws a system error when a log cannot be opened */
export function spawnGroup(start: GroupStart, reaper: Reaper): ProcessGroup {
  const child = spawnLeader(start);
  if (child instanceof Error) return { pid: undefined, group: undefined, pipes: [], ended: notStarted(child), kill: () => {} };
  const { pid } = child;
  // Without a free descriptor Node makes none of the streams that its types promise.
  const streams: ChildProcess['stdio'] | undefined = child.stdio;
  const pipes = (streams ?? []).slice(3).filter((stream) => stream instanceof Duplex);
  // Who writes to a process that dies learns of that by its end.
  for (const pipe of pipes) pipe.on('error', () => {});
  if (pid === undefined) {
    for (const pipe of pipes) pipe.destroy();
    const failed = new Promise<Error>((resolve) => child.once('error', resolve));
    return { pid, group: pid, pipes, ended: failed.then(notStarted), kill: () => {} };
  }
  reaper.watch(pid);
  return {
    pid,
    group: pid,
    pipes,
    ended: new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        // What the leader left running in the background ends with it.
        killGroup(pid);
        reaper.release(pid);
        resolve(code === null ? { kind: 'killed', signal: signal ?? 'SIGKILL' } : { kind: 'exited', code });
      });
    }),
    kill() {
      if (child.exitCode === null && child.signalCode === null) killTree(pid);
    },
  };
}

function spawnLeader({ file, args, workingDirectory, environmentVariables, stdout, stderr, pipes = [] }: GroupStart): ChildProcess | Error {
  const logs: number[] = [];
  try {
    for (const log of new Set([stdout, stderr])) {
      mkdirSync(dirname(log), { recursive: true });
      logs.push(openSync(log, 'a'));
    }
    const [out, err = out] = logs;
    return spawn(file, [...args], {
      cwd: workingDirectory,
      env: environmentVariables,
      stdio: ['ignore', out, err, ...pipes.map(() => 'pipe' as const)],
      detached: true,
    });
  } catch (error) {
    if (isSystemError(error) && error.syscall?.startsWith('spawn') === true) return error;
    throw error;
  } finally {
    for (const log of logs) closeSync(log);
  }
}

async function notStarted(error: Error): Promise<GroupEnd> {
  return { kind: 'not_started', reason: messageOf(error) };
}
