/**
 * Small files that a later life of a job must be able to trust. Each carries a checksum, so that one which a loss of power or a
 * failing disk has torn is known for what it is: `readFact` never throws for what stands in a file, and each reader decides
 * whether the fact is made again or refused by name.
 */
import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { isErrno, messageOf } from '../errors/thrown.ts';
import { replaceFile } from './files.ts';

export type Found<T> =
  | { readonly kind: 'absent' }
  /** `why`: `it is empty`, `its checksum does not match` … */
  | { readonly kind: 'torn'; readonly file: string; readonly why: string }
  | { readonly kind: 'whole'; readonly fact: T };

export interface FactOptions {
  /** Default: true. False for what is cheaply made again: it may be torn after a loss of power. */
  readonly durable?: boolean;
}

/** A reader finds the old fact or the new one; once this has returned, also after a loss of power. */
export function writeFactFile(file: string, fact: unknown, { durable = true }: FactOptions = {}): void {
  replaceFile(file, `${JSON.stringify({ crc32: checksum(fact), fact })}\n`, durable);
}

/**
 * @param isFact whether it has the shape of one; earlier versions wrote facts without a checksum
 * @throws the system's error for a file that is there and cannot be read
 */
export function readFactFile<T>(file: string, isFact: (value: unknown) => value is T): Found<T> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return { kind: 'absent' };
    throw error;
  }
  const torn = (why: string): Found<T> => ({ kind: 'torn', file, why });
  if (text.trim() === '') return torn('it is empty');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return torn(`it is no JSON (${messageOf(error)})`);
  }
  if (isRecord(value) && 'crc32' in value && 'fact' in value) {
    if (value.crc32 !== checksum(value.fact)) return torn('its checksum does not match');
    value = value.fact;
  }
  return isFact(value) ? { kind: 'whole', fact: value } : torn('it holds something else');
}

/** The fact, where it is there and whole. */
export function factIn<T>(found: Found<T>): T | undefined {
  return found.kind === 'whole' ? found.fact : undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checksum(fact: unknown): string {
  return crc32(JSON.stringify(fact)).toString(16).padStart(8, '0');
}
