/** Which files of an output are in their store: JSON lines, one written when a file is there. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../os/facts.ts';
import { linesOf } from './notes.ts';

export interface UploadedFile {
  /** Relative to the output's folder. */
  readonly path: string;
  readonly bytes: number;
  /** In the store. */
  readonly version: string;
  /** Of the file on this machine that it was made of; absent where there was none. */
  readonly of?: string;
}

export class UploadedFiles {
  readonly #folder: string;
  readonly #file: string;
  #isMade = false;

  /** @param folder of the notes of all uploads of an output */
  constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, 'uploaded.jsonl');
  }

  add(file: UploadedFile): void {
    if (!this.#isMade) mkdirSync(this.#folder, { recursive: true });
    this.#isMade = true;
    appendFileSync(this.#file, `${JSON.stringify(file)}\n`);
  }

  /** The last line of each path counts. */
  read(): ReadonlyMap<string, UploadedFile> {
    return new Map(
      linesOf(this.#file)
        .filter(isUploadedFile)
        .map((file) => [file.path, file]),
    );
  }
}

function isUploadedFile(value: unknown): value is UploadedFile {
  return isRecord(value) && typeof value.path === 'string' && typeof value.bytes === 'number' && typeof value.version === 'string';
}
