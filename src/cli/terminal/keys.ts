/** Requests for the state now, while a run goes on: `SIGUSR1`, and the key `t` on a terminal. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readStat } from '../../os/proc.ts';

/** The part of `process.stdin` that reading keys needs. */
export interface KeySource {
  readonly isTTY?: boolean;
  on(event: 'data', listener: (data: Buffer | string) => void): unknown;
  off(event: 'data', listener: (data: Buffer | string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
  unref?(): unknown;
}

export interface Requests {
  /** False while the shell has put the process into the background: its terminal is then somebody else's. */
  foreground(): boolean;
  close(): void;
}

export interface RequestHandlers {
  /** The state is asked for. */
  readonly show: () => void;
  /** The process is about to be stopped (Ctrl-Z). */
  readonly stopping: () => void;
  /** The process was stopped and goes on; what is on the screen is no longer what it drew. */
  readonly continued: () => void;
}

/** A run that is shorter than this gives nobody the time to ask; it leaves the terminal's settings alone. */
const keysAfterMs = 500;

/** Calls the handlers until closed. `SIGUSR1` would otherwise start Node's inspector. */
export function listenForRequests({ show, stopping, continued }: RequestHandlers, keys: KeySource | undefined): Requests {
  const reader = keys?.isTTY === true ? new KeyReader(keys, show) : undefined;
  let foreground = inForeground();
  const start = (): void => {
    if (foreground) reader?.start();
  };
  const onStop = (): void => {
    reader?.stop();
    stopping();
    process.kill(process.pid, 'SIGSTOP');
  };
  const onContinue = (): void => {
    foreground = inForeground();
    start();
    continued();
  };
  const timer = setTimeout(start, keysAfterMs).unref();
  process.on('SIGUSR1', show).on('SIGCONT', onContinue);
  if (reader !== undefined) process.on('SIGTSTP', onStop);
  return {
    foreground: () => foreground,
    close() {
      clearTimeout(timer);
      process.off('SIGUSR1', show).off('SIGCONT', onContinue).off('SIGTSTP', onStop);
      reader?.stop();
    },
  };
}

/**
 * Reads single keys. Not with Node's raw mode, which takes Ctrl-C and Ctrl-Z away from the terminal and stops a process that
 * ends in the background: `stty` asks for no more than keys at once and unseen. Only to be started in the foreground.
 */
class KeyReader {
  readonly #keys: KeySource;
  readonly #onData: (data: Buffer | string) => void;
  #reading = false;
  readonly stop = (): void => {
    if (!this.#reading) return;
    this.#reading = false;
    process.off('exit', this.stop);
    this.#keys.off('data', this.#onData);
    this.#keys.pause();
    if (inForeground()) stty('icanon', 'echo');
  };

  constructor(keys: KeySource, show: () => void) {
    this.#keys = keys;
    this.#onData = (data) => {
      if (data.includes('t')) show();
    };
  }

  start(): void {
    if (this.#reading || !stty('-icanon', '-echo', 'min', '1')) return;
    this.#reading = true;
    process.on('exit', this.stop);
    this.#keys.on('data', this.#onData);
    this.#keys.resume();
    this.#keys.unref?.();
  }
}

function stty(...settings: readonly string[]): boolean {
  return spawnSync('stty', settings, { stdio: ['inherit', 'ignore', 'ignore'] }).status === 0;
}

/** Whether this process's group is the one that its terminal listens to; so it is where no terminal controls it. */
function inForeground(): boolean {
  try {
    if (process.platform === 'linux') {
      const own = readStat(process.pid);
      return own !== undefined && (own.foregroundGroup === -1 || own.group === own.foregroundGroup);
    }
    const ps = execFileSync('ps', ['-o', 'pgid=,tpgid=', '-p', String(process.pid)], { encoding: 'utf8' });
    const [group, foreground] = ps.trim().split(/\s+/);
    return foreground === '0' || foreground === '-1' || group === foreground;
  } catch {
    // Keys are a comfort; a process that cannot tell does without.
    return false;
  }
}
