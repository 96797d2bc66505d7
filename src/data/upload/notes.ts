/**
 * What a later life must know of an upload in parts: its name in the store, and the parts that are there. The first is a fact, since nobody else could
 * take back what it has sent; a part of which the note is lost is sent again.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno } from '../../errors/thrown.ts';
import { factIn, isRecord, readFactFile, writeFactFile } from '../../os/facts.ts';
import type { SentPart, Upload } from '../stores/object/writer.ts';

export interface NotedPart extends SentPart {
  readonly number: number;
  readonly digest: string;
}

export class UploadNotes {
  readonly #fact: string;
  readonly #log: string;
  readonly #folder: string;

  /** @param folder of the notes of all uploads of an output */
  constructor(folder: string, key: string) {
    const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
    this.#folder = folder;
    this.#fact = join(folder, `${name}.json`);
    this.#log = join(folder, `${name}.parts`);
  }

  /** What an earlier life began and did not end. */
  read(): { readonly upload: Upload; readonly parts: readonly NotedPart[] } | undefined {
    const upload = factIn(readFactFile(this.#fact, isUpload));
    return upload === undefined ? undefined : { upload, parts: linesOf(this.#log).filter(isNotedPart) };
  }

  begin(upload: Upload): void {
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(this.#log, '');
    writeFactFile(this.#fact, upload);
  }

  sent(part: NotedPart): void {
    appendFileSync(this.#log, `${JSON.stringify(part)}\n`);
  }

  /** It has completed, or is of no use any more. */
  forget(): void {
    rmSync(this.#fact, { force: true });
    rmSync(this.#log, { force: true });
  }
}

/** Uploads that were begun, and not ended. */
export function notedUploads(folder: string): readonly Upload[] {
  return namesIn(folder).flatMap((name) => (name.endsWith('.json') ? (factIn(readFactFile(join(folder, name), isUpload)) ?? []) : []));
}

/** The values of a file of JSON lines; one that is torn is passed over. */
export function linesOf(file: string): readonly unknown[] {
  try {
    return readFileSync(file, 'utf8').split('\n').flatMap(parsed);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

function parsed(line: string): readonly unknown[] {
  try {
    return line === '' ? [] : [JSON.parse(line)];
  } catch {
    return [];
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

function isUpload(value: unknown): value is Upload {
  return isRecord(value) && typeof value.key === 'string' && typeof value.id === 'string';
}

function isNotedPart(value: unknown): value is NotedPart {
  if (!isRecord(value)) return false;
  const { number, length, digest, tag } = value;
  return typeof number === 'number' && typeof length === 'number' && typeof digest === 'string' && typeof tag === 'string';
}
