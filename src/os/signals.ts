/** What the signals that people and systems send mean for the jobs that this process runs. */

/** Held until it is disposed of: then the signals mean again what they mean to any process. */
export interface SignalControl extends Disposable {
  readonly drain: AbortSignal;
  readonly kill: AbortSignal;
}

interface Handlers extends SignalControl {
  holders: number;
}

export class Signals {
  #handlers: Handlers | undefined;

  /**
   * SIGINT once: drain; twice: kill. SIGTERM: kill. SIGHUP: kill, for a job that is shown on the terminal that went away.
   * One more signal ends the process at once with exit code 130, for the case that even the killing hangs.
   * Several holders at the same time share one control: a signal is for all of them.
   */
  control(): SignalControl {
    this.#handlers ??= handleSignals();
    const handlers = this.#handlers;
    handlers.holders += 1;
    let held = true;
    return {
      drain: handlers.drain,
      kill: handlers.kill,
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        handlers.holders -= 1;
        if (handlers.holders > 0) return;
        handlers[Symbol.dispose]();
        this.#handlers = undefined;
      },
    };
  }
}

function handleSignals(): Handlers {
  const drain = new AbortController();
  const kill = new AbortController();
  const onTerminate = () => {
    if (kill.signal.aborted) process.exit(130);
    kill.abort();
    drain.abort();
  };
  const onInterrupt = () => {
    if (drain.signal.aborted) onTerminate();
    else drain.abort();
  };
  const onHangUp = () => {
    // Node undoes nohup's ignoring of the signal; what nohup leaves is that nothing goes to the terminal.
    if (process.stderr.isTTY) onTerminate();
  };
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate).on('SIGHUP', onHangUp);
  return {
    holders: 0,
    drain: drain.signal,
    kill: kill.signal,
    [Symbol.dispose]: () => void process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate).off('SIGHUP', onHangUp),
  };
}
