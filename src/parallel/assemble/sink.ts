/** Where joined rows go. Memory does not grow with them. */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { renameDurably } from '../../os/files.ts';
import { OpenFile } from '../../os/open-file.ts';

/** Beside the output, so that the rename stays within one file system. */
export function partialName(file: string): string {
  return join(dirname(file), `.${file.slice(dirname(file).length + 1)}.partial`);
}

export interface Sink {
  /** The bytes are the caller's again when it resolves. */
  write(bytes: Uint8Array): Promise<void>;
  /** All has been written: it is there under its name, whole. @param sync also after a loss of power */
  finish(sync: boolean): Promise<void>;
  /** Unless it is finished, nothing of it is ever taken for a whole one. @param keep what has been sent, for a later try */
  close(keep: boolean): Promise<void>;
}

/** Written under another name, and renamed. */
export class FileSink implements Sink {
  readonly #file: string;
  readonly #partial: string;
  readonly #output: OpenFile;
  #finished = false;

  constructor(file: string) {
    this.#file = file;
    this.#partial = partialName(file);
    mkdirSync(dirname(file), { recursive: true });
    this.#output = new OpenFile(this.#partial, 'w');
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#output.write(bytes, bytes.length);
  }

  async finish(sync: boolean): Promise<void> {
    this.#output.close();
    if (sync) renameDurably(this.#partial, this.#file);
    else renameSync(this.#partial, this.#file);
    this.#finished = true;
  }

  async close(): Promise<void> {
    this.#output.close();
    if (!this.#finished) rmSync(this.#partial, { force: true });
  }
}
