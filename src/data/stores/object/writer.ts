/**
 * Writes objects of one store, whole or in parts that become one object at the end: then it is there, all of it, and before that nothing of it is. What
 * goes wrong is a StoreError; its reason is `missing` where an upload is not known to the store any more.
 */
export interface ObjectWriter {
  describe(key: string): string;
  /** What the store holds the bytes against when they have come, and by which parts of an earlier life are known again. */
  digest(bytes: Uint8Array): string;
  /** An object of few bytes. Returns its version. */
  put(key: string, piece: Piece, signal?: AbortSignal): Promise<string>;
  begin(key: string, signal?: AbortSignal): Promise<Upload>;
  /** In any order, and several at once. @param number from 1 on. Returns what `complete` needs of it */
  part(upload: Upload, number: number, piece: Piece, signal?: AbortSignal): Promise<string>;
  /** @param parts by their numbers, at least one. Returns the object's version */
  complete(upload: Upload, parts: readonly SentPart[], signal?: AbortSignal): Promise<string>;
  /** Nothing of the upload is kept, where the store lets one say so. */
  abort(upload: Upload, signal?: AbortSignal): Promise<void>;
  /** Rejects where nothing could be written under that key, as far as that can be told without writing anything that is seen. */
  probe(key: string, signal?: AbortSignal): Promise<void>;
  remove(key: string, signal?: AbortSignal): Promise<void>;
}

export interface Piece {
  readonly bytes: Uint8Array;
  readonly digest: string;
}

/** It may be kept and gone on with by another process; it gives nobody access. */
export interface Upload {
  readonly key: string;
  readonly id: string;
  /** When it began by the server's clock, in epoch milliseconds, where that was told. */
  readonly began?: number;
}

export interface SentPart {
  readonly tag: string;
  readonly length: number;
}

/** How long parts are: all stores take 10,000 of them, and S3 no more, so they grow. Bytes. */
export function partLength(number: number): number {
  return Math.min(mostBytes, leastBytes * 2 ** Math.floor((number - 1) / 1000));
}

export const mostParts = 10_000;
const leastBytes = 8 * 1024 ** 2;
const mostBytes = 256 * 1024 ** 2;
