/** Runs a program to its end and keeps what it printed; everything that it started ends with this process, or when it is no longer wanted. */
import { readFileSync } from 'node:fs';
import type { Reaper } from '../os/reaper.ts';
import { spawnGroup } from '../os/spawn-group.ts';

export interface Ran {
  readonly ok: boolean;
  /** Standard output and error together, in the order of lines. */
  readonly printed: string;
}

/** What every step of making an environment needs of the process that it is made in. */
export interface Workshop {
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly reaper: Reaper;
  /** Aborted when nobody wants it any more. */
  readonly signal: AbortSignal;
}

/** @param log what it prints goes there. @throws the signal's reason when it is aborted */
export async function runProgram(
  [file, ...args]: readonly [string, ...string[]],
  { environmentVariables, reaper, signal }: Workshop,
  log: string,
  workingDirectory: string,
): Promise<Ran> {
  signal.throwIfAborted();
  const group = spawnGroup({ file, args, workingDirectory, environmentVariables, stdout: log, stderr: log }, reaper);
  const kill = () => group.kill();
  signal.addEventListener('abort', kill, { once: true });
  const end = await group.ended.finally(() => signal.removeEventListener('abort', kill));
  signal.throwIfAborted();
  if (end.kind === 'not_started') return { ok: false, printed: end.reason };
  return { ok: end.kind === 'exited' && end.code === 0, printed: readFileSync(log, 'utf8') };
}
