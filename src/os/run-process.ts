/** Processes of a command step: leaders of their own groups, killed with everything that they started. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { killGroup, killTree } from './kill.ts';
import { reaped, reapWithUs } from './reaper.ts';

export interface ProcessStart {
  readonly file: string;
  readonly args: readonly string[];
  readonly workingDirectory: string;
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** Takes stdout and stderr, in the order in which they are written. Appended to. */
  readonly log: string;
}

export type ProcessEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: NodeJS.Signals }
  /** `ENOENT` …: it never ran. */
  | { readonly kind: 'not_started'; readonly reason: string };

/** Resolves when the process has ended and nothing of its group is left. */
export function runProcess(start: ProcessStart, kill: AbortSignal): Promise<ProcessEnd> {
  mkdirSync(dirname(start.log), { recursive: true });
  const log = openSync(start.log, 'a');
  return new Promise((resolve) => {
    const child = spawn(start.file, [...start.args], {
      cwd: start.workingDirectory,
      env: start.environmentVariables,
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    const { pid } = child;
    if (pid !== undefined) reapWithUs(pid);
    const stop = () => {
      if (pid !== undefined) killTree(pid);
    };
    const ended = (end: ProcessEnd) => {
      kill.removeEventListener('abort', stop);
      if (pid !== undefined) {
        // What the command left running in the background ends with it.
        killGroup(pid);
        reaped(pid);
      }
      resolve(end);
    };
    child.once('error', (error) => ended({ kind: 'not_started', reason: error.message }));
    child.once('exit', (code, signal) => ended(code === null ? { kind: 'killed', signal: signal ?? 'SIGKILL' } : { kind: 'exited', code }));
    if (kill.aborted) stop();
    else kill.addEventListener('abort', stop, { once: true });
  });
}
