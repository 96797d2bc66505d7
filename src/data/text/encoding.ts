import { isAscii, isUtf8 } from 'node:buffer';
import type { TableFormat } from '../types.ts';

export type Encoding = Extract<TableFormat, { kind: 'delimited' }>['encoding'];

/** Bytes that a character takes at least; row boundaries stand at multiples of it. */
export function unitLength(encoding: Encoding): 1 | 2 {
  return encoding === 'utf-16le' ? 2 : 1;
}

/** Length of the byte order mark at the start of a file. */
export function byteOrderMark(head: Uint8Array, encoding: Encoding): number {
  if (encoding === 'utf-8' && head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 3;
  return encoding === 'utf-16le' && head[0] === 0xff && head[1] === 0xfe ? 2 : 0;
}

export type Decoded =
  | { readonly kind: 'text'; readonly text: string }
  /** `offset` is that of the first byte that cannot stand there. */
  | { readonly kind: 'bad'; readonly offset: number; readonly what: string };

/** Bytes to text; never with replacement characters, which would be a loss in silence. */
export function decode(bytes: Buffer, encoding: Encoding, zeroBytes: 'text' | 'error' = 'error'): Decoded {
  if (encoding === 'utf-16le') return decodeUtf16(bytes, zeroBytes);
  const zero = bytes.indexOf(0);
  if (zero >= 0 && zeroBytes === 'error') return { kind: 'bad', offset: zero, what: noText };
  if (isAscii(bytes)) return { kind: 'text', text: bytes.toString('latin1') };
  if (encoding === 'windows-1252') return { kind: 'text', text: windows1252(bytes) };
  if (isUtf8(bytes)) return { kind: 'text', text: bytes.toString('utf8') };
  const offset = firstBadByte(bytes);
  return { kind: 'bad', offset, what: `0x${bytes[offset]?.toString(16).padStart(2, '0')}, which is not UTF-8` };
}

const noText = 'NUL, which is no text';

function decodeUtf16(bytes: Buffer, zeroBytes: 'text' | 'error'): Decoded {
  const text = bytes.toString('utf16le');
  const half = /\p{Surrogate}/u.exec(text)?.index ?? (bytes.length % 2 === 0 ? -1 : text.length);
  if (half >= 0) return { kind: 'bad', offset: 2 * half, what: 'half a character of UTF-16' };
  const zero = text.indexOf('\0');
  return zero < 0 || zeroBytes === 'text' ? { kind: 'text', text } : { kind: 'bad', offset: 2 * zero, what: noText };
}

/** The longest prefix that is UTF-8, found by halving. */
function firstBadByte(bytes: Buffer): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    // A prefix may end inside a character: up to three bytes more make it whole.
    const fits = [0, 1, 2, 3].some((more) => middle + more <= bytes.length && isUtf8(bytes.subarray(0, middle + more)));
    if (fits) good = middle;
    else bad = middle;
  }
  return good;
}

/** What 0x80 to 0x9f are in windows-1252; Node's own decoder takes some versions' word for Latin-1. */
const windows1252High = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function windows1252(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\x80-\x9f]/g, (byte) => windows1252High[byte.charCodeAt(0) - 0x80] ?? byte);
}
