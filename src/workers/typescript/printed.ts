import { fstatSync } from 'node:fs';

const streams = [
  { name: 'stdout', descriptor: 1, stream: process.stdout },
  { name: 'stderr', descriptor: 2, stream: process.stderr },
] as const;

/**
 * How far the script's output has come: which bytes of its log files belong to which mini-batch. To ask the system takes a microsecond,
 * so after a quick mini-batch it is asked only where the script has printed by Node's own means; what its children print is found at
 * the end of the group.
 */
export class Printed {
  readonly #positions = streams.map(({ descriptor }) => sizeOf(descriptor));
  #touched = false;

  constructor() {
    for (const { stream } of streams) {
      const write = stream.write;
      const noted = (...args: Parameters<typeof write>) => {
        this.#touched = true;
        return Reflect.apply(write, stream, args);
      };
      stream.write = noted as typeof write;
    }
  }

  /** `, stdout 0-120, stderr 7-9`: the bytes of the log files since it was last asked; empty where there are none. */
  since(): string {
    return this.#touched ? this.sinceAtAll() : '';
  }

  /** Also what others have printed who have these descriptors. */
  sinceAtAll(): string {
    this.#touched = false;
    let text = '';
    for (let at = 0; at < streams.length; at += 1) {
      const start = this.#positions[at] ?? 0;
      const end = sizeOf(streams[at]?.descriptor ?? 1);
      if (end === start) continue;
      // A log that was cut meanwhile does not say where this began.
      text += `, ${streams[at]?.name} ${start < end ? start : ''}-${end}`;
      this.#positions[at] = end;
    }
    return text;
  }
}

/** 0 for one that the script has closed. */
function sizeOf(descriptor: number): number {
  try {
    return fstatSync(descriptor).size;
  } catch {
    return 0;
  }
}
