/** Where rows of a text file stand in it. */
import type { RowPlace, RowText } from './frame.ts';
import type { BytesSlice } from './line-error.ts';

/** Positions in the text of a slice: of a row, with its line end. */
export interface RowBounds {
  readonly start: number;
  readonly end: number;
}

type Encoding = 'utf-8' | 'utf-16le' | 'windows-1252';

/** @param bounds in ascending order */
export function placesOf(bounds: readonly RowBounds[], text: string, slice: BytesSlice, encoding: Encoding): readonly RowPlace[] {
  let at = 0;
  let byte = slice.start;
  return bounds.map(({ start, end }) => {
    const from = byte + bytesIn(text.slice(at, start), encoding);
    byte = from + bytesIn(text.slice(start, end), encoding);
    at = end;
    return { unit: 'bytes', start: from, end: byte };
  });
}

/** The rows of a whole slice as its bytes. @param starts positions of the rows in the text that the bytes are */
export function rowText(bytes: Buffer, text: string, starts: readonly number[], encoding: Encoding): RowText {
  const found = new Float64Array(starts.length);
  const isAlike = bytes.length === text.length;
  let at = 0;
  for (let row = 1; row < starts.length; row += 1) {
    const start = starts[row] ?? 0;
    found[row] = isAlike ? start : (found[row - 1] ?? 0) + bytesIn(text.slice(at, start), encoding);
    at = start;
  }
  return { bytes, starts: found };
}

function bytesIn(text: string, encoding: Encoding): number {
  if (encoding === 'utf-8') return Buffer.byteLength(text);
  return encoding === 'utf-16le' ? 2 * text.length : text.length;
}
