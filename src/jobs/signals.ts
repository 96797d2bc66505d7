/** What the signals that people and systems send mean for a job that this process runs. */

export interface SignalControl {
  readonly drain: AbortSignal;
  readonly kill: AbortSignal;
}

export interface SignalListener {
  /** The first SIGINT: running attempts may finish. */
  readonly onDrain?: () => void;
  /** The second SIGINT, SIGTERM or SIGHUP: everything is killed. */
  readonly onKill?: () => void;
}

/**
 * SIGINT once: drain; twice: kill. SIGTERM and SIGHUP: kill.
 * One more signal ends the process at once with exit code 130, for the case that even the killing hangs.
 */
export function controlBySignals(listener: SignalListener = {}): SignalControl {
  const drain = new AbortController();
  const kill = new AbortController();
  const killNow = () => {
    if (kill.signal.aborted) process.exit(130);
    listener.onKill?.();
    drain.abort();
    kill.abort();
  };
  process.on('SIGINT', () => {
    if (drain.signal.aborted) return killNow();
    listener.onDrain?.();
    drain.abort();
  });
  process.on('SIGTERM', killNow);
  process.on('SIGHUP', killNow);
  return { drain: drain.signal, kill: kill.signal };
}
