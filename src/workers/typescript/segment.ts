import { fstatSync, constants as mode, openSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { messageOf } from '../../errors/thrown.ts';
import { AttemptError } from './attempt-error.ts';
import { writeFully } from './channel.ts';

export interface WrittenRange {
  readonly offset: number;
  readonly length: number;
  readonly crc: number;
}

/**
 * The rows that this worker returned, one range for each mini-batch. Buffered: `flush` before an outcome is reported.
 * A range that was begun and not ended is garbage that no outcome names.
 */
export class SegmentWriter {
  readonly #file: string;
  readonly #descriptor: number;
  readonly #buffer = Buffer.allocUnsafeSlow(256 * 1024);
  #used = 0;
  /** Where the buffer's first byte goes. */
  #position: number;
  /** Of the range being written. */
  #begin = 0;
  #crc = 0;
  #crcFrom = 0;

  constructor(file: string) {
    this.#file = file;
    this.#descriptor = openSync(file, mode.O_WRONLY | mode.O_CREAT, 0o666);
    this.#position = fstatSync(this.#descriptor).size;
  }

  begin(): void {
    this.#begin = this.#position + this.#used;
    this.#crc = 0;
    this.#crcFrom = this.#used;
  }

  write(text: string): void {
    // Three bytes are the most that one UTF-16 unit can take.
    if (text.length * 3 <= this.#buffer.length - this.#used) {
      this.#used += this.#buffer.write(text, this.#used);
      return;
    }
    this.#crcSoFar();
    this.flush();
    this.#crcFrom = 0;
    if (text.length * 3 <= this.#buffer.length) {
      this.#used = this.#buffer.write(text, 0);
      return;
    }
    const bytes = Buffer.from(text);
    this.#put(bytes);
    this.#crc = crc32(bytes, this.#crc);
  }

  end(): WrittenRange {
    this.#crcSoFar();
    return { offset: this.#begin, length: this.#position + this.#used - this.#begin, crc: this.#crc };
  }

  flush(): void {
    if (this.#used === 0) return;
    const bytes = this.#buffer.subarray(0, this.#used);
    // Also when it fails: its mini-batches then count as failed, and the next ones must not carry their rows.
    this.#used = 0;
    this.#put(bytes);
  }

  #put(bytes: Uint8Array): void {
    try {
      writeFully(this.#descriptor, bytes, this.#position);
    } catch (error) {
      throw new AttemptError('OutputError', 'write', `the returned rows cannot be written to ${this.#file}: ${messageOf(error)}`);
    }
    this.#position += bytes.length;
  }

  #crcSoFar(): void {
    if (this.#used > this.#crcFrom) this.#crc = crc32(this.#buffer.subarray(this.#crcFrom, this.#used), this.#crc);
    this.#crcFrom = this.#used;
  }
}
