/** An attempt that failed by the host's judgement rather than by an exception of the script. */
export class AttemptError extends Error {
  readonly #ours = true;
  readonly type: string;
  readonly phase: 'load' | 'run' | 'return' | 'write';
  constructor(type: string, phase: 'load' | 'run' | 'return' | 'write', message: string) {
    super(message);
    this.type = type;
    this.phase = phase;
  }

  /** Asks nothing of what a script threw: a proxy may answer by throwing. */
  static is(thrown: unknown): thrown is AttemptError {
    return typeof thrown === 'object' && thrown !== null && #ours in thrown;
  }
}
