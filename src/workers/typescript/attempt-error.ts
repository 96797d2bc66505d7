/** An attempt that failed by the host's judgement rather than by an exception of the script. */
export class AttemptError extends Error {
  readonly type: string;
  readonly phase: 'load' | 'run' | 'return' | 'write';
  constructor(type: string, phase: 'load' | 'run' | 'return' | 'write', message: string) {
    super(message);
    this.type = type;
    this.phase = phase;
  }
}
