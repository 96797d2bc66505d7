/** Requests for the state now, while a run goes on: `SIGUSR1`, and the key `t` on a terminal. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The part of `process.stdin` that reading keys needs. */
export interface KeySource {
  readonly isTTY?: boolean;
  readonly isRaw?: boolean;
  setRawMode?(raw: boolean): unknown;
  on(event: 'data', listener: (data: Buffer | string) => void): unknown;
  off(event: 'data', listener: (data: Buffer | string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
  unref?(): unknown;
}

export interface Requests {
  close(): void;
}

/** What the terminal itself would do with these keys, if it were not asked to give us every key at once. */
const signals: Readonly<Record<string, NodeJS.Signals>> = { '\x03': 'SIGINT', '\x1c': 'SIGQUIT', '\x1a': 'SIGTSTP' };

/** Calls `show` on every request until closed. `SIGUSR1` would otherwise start Node's inspector. */
export function listenForRequests(show: () => void, keys: KeySource | undefined): Requests {
  process.on('SIGUSR1', show);
  const reading = keys === undefined ? undefined : readKeys(show, keys);
  return {
    close() {
      process.off('SIGUSR1', show);
      reading?.close();
    },
  };
}

function readKeys(show: () => void, keys: KeySource): Requests | undefined {
  // A process in the background that asks for keys is stopped by the terminal.
  if (keys.isTTY !== true || keys.setRawMode === undefined || !inForeground()) return undefined;
  const setRaw = (raw: boolean): void => {
    keys.setRawMode?.(raw);
    if (raw) keys.resume();
    else keys.pause();
  };
  const onData = (data: Buffer | string): void => {
    for (const key of data.toString()) {
      if (key === 't') show();
      const signal = signals[key];
      if (signal === undefined) continue;
      if (signal === 'SIGTSTP') setRaw(false);
      process.kill(process.pid, signal);
    }
  };
  const onContinue = (): void => {
    if (inForeground()) setRaw(true);
  };
  const restore = (): void => setRaw(false);
  keys.on('data', onData);
  setRaw(true);
  keys.unref?.();
  process.on('SIGCONT', onContinue);
  process.on('exit', restore);
  return {
    close() {
      process.off('SIGCONT', onContinue);
      process.off('exit', restore);
      keys.off('data', onData);
      setRaw(false);
    },
  };
}

/** Whether this process's group is the one that its terminal listens to. */
function inForeground(): boolean {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync('/proc/self/stat', 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[2] === fields[5];
    }
    const [group, foreground] = execFileSync('ps', ['-o', 'pgid=,tpgid=', '-p', String(process.pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/);
    return group === foreground;
  } catch {
    return false;
  }
}
