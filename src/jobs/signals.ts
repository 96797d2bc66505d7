/** What the signals that people and systems send mean for a job that this process runs. */

export interface SignalControl {
  readonly drain: AbortSignal;
  readonly kill: AbortSignal;
}

/**
 * SIGINT once: drain; twice: kill. SIGTERM: kill. SIGHUP: kill, for a job that is shown on the terminal that went away.
 * One more signal ends the process at once with exit code 130, for the case that even the killing hangs.
 */
export function controlBySignals(): SignalControl {
  const drain = new AbortController();
  const kill = new AbortController();
  const killNow = () => {
    if (kill.signal.aborted) process.exit(130);
    kill.abort();
    drain.abort();
  };
  process.on('SIGINT', () => {
    if (drain.signal.aborted) killNow();
    else drain.abort();
  });
  process.on('SIGTERM', killNow);
  process.on('SIGHUP', () => {
    // Node undoes nohup's ignoring of the signal; what nohup leaves is that nothing goes to the terminal.
    if (process.stderr.isTTY) killNow();
  });
  return { drain: drain.signal, kill: kill.signal };
}
