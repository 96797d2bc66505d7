/**
 * A file that this process holds open. It has one owner, which forgets the descriptor when it closes it, also when closing fails: by then
 * the number may belong to another file.
 */
import { closeSync, fdatasync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, write, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const writeLater = promisify(write);
const syncLater = promisify(fdatasync);

export class OpenFile {
  readonly path: string;
  #number: number | undefined;

  /** @throws the system's error */
  constructor(path: string, flags: string | number, mode?: number) {
    this.path = path;
    this.#number = openSync(path, flags, mode);
  }

  get size(): number {
    return fstatSync(this.#descriptor).size;
  }

  /** Writes the first `length` bytes. @param position default: behind what was written last */
  write(bytes: Uint8Array, length: number, position: number | null = null): void {
    for (let done = 0; done < length; ) {
      done += writeSync(this.#descriptor, bytes, done, length - done, position === null ? null : position + done);
    }
  }

  /** The same, while others have their turn. */
  async writeLater(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      done += (await writeLater(this.#descriptor, bytes, done, bytes.length - done, position + done)).bytesWritten;
    }
  }

  /** Reads into `target` from `at` on, at most `length` bytes; returns how many there were: fewer only at the file's end. */
  read(target: Uint8Array, at: number, length: number, position: number): number {
    for (let done = 0; ; ) {
      const read = done === length ? 0 : readSync(this.#descriptor, target, at + done, length - done, position + done);
      if (read === 0) return done;
      done += read;
    }
  }

  truncate(length: number): void {
    ftruncateSync(this.#descriptor, length);
  }

  /** Brings what was written to the disk. */
  async sync(): Promise<void> {
    await syncLater(this.#descriptor);
  }

  /** The same, at once: for what must be there before the next line. */
  syncNow(): void {
    fdatasyncSync(this.#descriptor);
  }

  /** A second time, nothing happens. */
  close(): void {
    const number = this.#number;
    this.#number = undefined;
    if (number !== undefined) closeSync(number);
  }

  get #descriptor(): number {
    if (this.#number === undefined) throw new Error(`${this.path} is closed`);
    return this.#number;
  }
}
