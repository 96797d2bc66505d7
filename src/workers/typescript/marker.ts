import { openSync, writeSync } from 'node:fs';
import { monotonicNow } from '../../os/clock.ts';
import { markerLength, type Phase, phases } from '../protocol/messages.ts';

/** Says what this process is doing, in place, in a file that outlives it: half a microsecond each time. */
export class MarkerWriter {
  readonly #descriptor: number;
  readonly #bytes = Buffer.alloc(markerLength);

  constructor(file: string) {
    this.#descriptor = openSync(file, 'r+');
  }

  write(phase: Phase, index = 0, attempt = 0, items = 0): void {
    const bytes = this.#bytes;
    bytes.writeDoubleLE(monotonicNow(), 0);
    bytes.writeUInt32LE(index, 8);
    bytes.writeUInt32LE(attempt, 12);
    bytes.writeUInt32LE(items, 16);
    bytes.writeUInt8(phases.indexOf(phase), 20);
    writeSync(this.#descriptor, bytes, 0, markerLength, 0);
  }
}
