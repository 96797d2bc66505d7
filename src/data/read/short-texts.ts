import type { DuckDBVector } from '@duckdb/node-api';

/** Texts of up to so many bytes lie in the vector itself. */
const inlineBytes = 12;
/** Of one text in a vector: its length, then its bytes with zeros behind them, or four of them and where the others are. */
const textBytes = 16;
const slots = 4096;

/**
 * Reads the texts of DuckDB's vectors. A short text that comes again, as codes and names do, is the string that it was before: that is
 * several times as fast as to decode it, and leaves less to collect.
 *
 * The layout is that of `duckdb_string_t` in DuckDB's C interface (https://duckdb.org/docs/stable/clients/c/vector).
 */
export class ShortTexts {
  readonly #keys = new Int32Array(4 * slots);
  readonly #texts: string[] = new Array<string>(slots).fill('');

  /** Gives the text of a row of the vector; null where there is none. */
  reader(vector: DuckDBVector): (row: number) => unknown {
    const memory = memoryOf(vector);
    if (memory === undefined) return (row) => vector.getItem(row);
    const { words, bytes, validity } = memory;
    return (row) => {
      const at = (textBytes / 4) * row;
      const length = words[at] ?? 0;
      if (length > inlineBytes || !validity.itemValid(row)) return vector.getItem(row);
      return this.#text(length, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0, bytes, textBytes * row + 4);
    };
  }

  #text(length: number, first: number, second: number, third: number, bytes: Buffer, start: number): string {
    const keys = this.#keys;
    const slot = (Math.imul(first ^ Math.imul(second, 31) ^ Math.imul(third, 131), 0x9e3779b1) >>> 20) & (slots - 1);
    const key = 4 * slot;
    if (keys[key] === length && keys[key + 1] === first && keys[key + 2] === second && keys[key + 3] === third) {
      return this.#texts[slot] ?? '';
    }
    const text = bytes.toString('utf8', start, start + length);
    keys[key] = length;
    keys[key + 1] = first;
    keys[key + 2] = second;
    keys[key + 3] = third;
    this.#texts[slot] = text;
    return text;
  }
}

interface VectorMemory {
  readonly words: Int32Array;
  readonly bytes: Buffer;
  readonly validity: { itemValid(row: number): boolean };
}

/** What lies behind a vector of texts, where this version of the binding lets one see it. */
function memoryOf(vector: DuckDBVector): VectorMemory | undefined {
  const { dataView, validity } = vector as { readonly dataView?: unknown; readonly validity?: unknown };
  if (!(dataView instanceof DataView) || dataView.byteOffset % 4 !== 0 || !isValidity(validity)) return undefined;
  const { buffer, byteOffset, byteLength } = dataView;
  return { words: new Int32Array(buffer, byteOffset, byteLength / 4), bytes: Buffer.from(buffer, byteOffset, byteLength), validity };
}

function isValidity(value: unknown): value is VectorMemory['validity'] {
  return typeof value === 'object' && value !== null && 'itemValid' in value && typeof value.itemValid === 'function';
}
