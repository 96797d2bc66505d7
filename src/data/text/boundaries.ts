import { RequestError } from '../../errors/types.ts';
import type { TableSize } from '../../language/mini-batch-size.ts';
import { createPace } from '../pace.ts';
import { type Encoding, unitLength } from './encoding.ts';
import type { Grammar } from './rows.ts';

/** Bytes of a row beyond which the file is not taken for text with rows. */
export const longestRow = 128 * 1024 ** 2;
/** Bytes read at once when the whole file is looked at. */
const blockLength = 1024 ** 2;
/** Bytes read at once around a place where a cut is wanted. */
const windowLength = 64 * 1024;

/** What is cut. */
export interface RowFile {
  /** For messages. */
  readonly name: string;
  /** Fills `into` with the bytes from `at` on; how many there were. */
  read(into: Uint8Array, at: number): Promise<number>;
}

export interface RowText {
  readonly file: RowFile;
  /** Where the first row starts, behind byte order mark and header. */
  readonly start: number;
  readonly end: number;
  readonly encoding: Encoding;
}

/**
 * Where to cut [start, end) so that every piece is about so many bytes of whole rows, or so many rows: the ends of the pieces, the last one
 * being the end of the file. Memory does not depend on the file.
 */
export function cuts(text: RowText, by: TableSize, grammar: Grammar): AsyncIterable<number> {
  if (by.kind === 'rows') return cutsByRows(text, by.rows, grammar);
  const size = by.bytes;
  if (text.end - text.start <= size) return whole(text);
  return grammar.multiline && grammar.quote !== null
    ? cutsOutsideQuotes(text, size, grammar.delimiter.charCodeAt(0), grammar.quote.charCodeAt(0))
    : cutsAtLines(text, size);
}

async function* whole(text: RowText): AsyncGenerator<number> {
  if (text.end > text.start) yield text.end;
}

/** The places where cuts would be best: pieces of even size, none above `size`. */
function* wanted(text: RowText, size: number): Generator<number> {
  const length = text.end - text.start;
  const pieces = Math.ceil(length / size);
  for (let piece = 1; piece < pieces; piece += 1) yield text.start + Math.floor((length * piece) / pieces);
}

/** Every line feed ends a row: look only at the places where cuts are wanted. */
async function* cutsAtLines(text: RowText, size: number): AsyncGenerator<number> {
  const pace = createPace();
  const block = Buffer.allocUnsafe(Math.min(windowLength, text.end - text.start));
  let last = text.start;
  for (const place of wanted(text, size)) {
    if (place <= last) continue;
    const cut = await nextLine(text, place, last, block);
    if (cut >= text.end) break;
    yield cut;
    last = cut;
    if (pace.due()) await pace.pause();
  }
  if (text.end > text.start) yield text.end;
}

/** The start of the first line at or behind `place`. */
async function nextLine(text: RowText, place: number, rowStart: number, block: Buffer): Promise<number> {
  const unit = unitLength(text.encoding);
  // The line feed just before `place` counts: then `place` itself is a boundary.
  let at = place - ((place - text.start) % unit) - unit;
  for (;;) {
    const bytesRead = await text.file.read(block.subarray(0, Math.min(block.length, text.end - at)), at);
    if (bytesRead < unit) return text.end;
    const feed = indexOfLineFeed(block.subarray(0, bytesRead), 0, unit);
    if (feed >= 0) return at + feed + unit;
    at += bytesRead - (bytesRead % unit);
    if (at - rowStart > longestRow) throw rowTooLong(text, rowStart);
  }
}

export function indexOfLineFeed(bytes: Buffer, from: number, unit: 1 | 2): number {
  for (let at = bytes.indexOf(10, from); at >= 0; at = bytes.indexOf(10, at + 1)) {
    if (unit === 1 || (at % 2 === 0 && bytes[at + 1] === 0)) return at;
  }
  return -1;
}

const outside = 0;
const cellStart = 1;
const inside = 2;
const closing = 3;

/** A line feed inside quotes ends no row: follow the quotes from the start of the file, at memory speed where there are none. */
async function* cutsOutsideQuotes(text: RowText, size: number, delimiter: number, quote: number): AsyncGenerator<number> {
  const unit = unitLength(text.encoding);
  const places = wanted(text, size);
  let place = places.next().value ?? text.end;
  let state = cellStart;
  let rowStart = text.start;
  const block = Buffer.allocUnsafe(Math.min(blockLength, text.end - text.start));
  for (let at = text.start; at < text.end; ) {
    const bytesRead = await text.file.read(block.subarray(0, Math.min(block.length, text.end - at)), at);
    if (bytesRead < unit) break;
    const bytes = block.subarray(0, bytesRead - (bytesRead % unit));
    const follow = state === inside || state === closing || bytes.includes(quote);
    const found: number[] = [];
    const cutAt = (next: number): void => {
      if (next < place) return;
      if (next < text.end) found.push(next);
      while (place <= next) place = places.next().value ?? Number.POSITIVE_INFINITY;
    };
    if (follow) {
      for (let index = 0; index < bytes.length; index += unit) {
        const code = unit === 1 ? (bytes[index] ?? 0) : bytes.readUInt16LE(index);
        if (state === inside) {
          if (code === quote) state = closing;
          continue;
        }
        if (code === quote && (state === cellStart || state === closing)) state = inside;
        else if (code === delimiter) state = cellStart;
        else if (code === 10) {
          state = cellStart;
          rowStart = at + index + unit;
          cutAt(rowStart);
        } else state = code === 13 ? cellStart : outside;
      }
    } else {
      for (let from = Math.max(0, place - at - unit); from < bytes.length; from = Math.max(0, place - at - unit)) {
        const feed = indexOfLineFeed(bytes, from - (from % unit), unit);
        if (feed < 0) break;
        cutAt(at + feed + unit);
      }
      const lastFeed = lastLineFeed(bytes, unit);
      if (lastFeed >= 0) rowStart = at + lastFeed + unit;
      state = stateAfter(bytes, unit, delimiter);
    }
    at += bytes.length;
    if (at - rowStart > longestRow) throw rowTooLong(text, rowStart);
    yield* found;
  }
  if (text.end > text.start) yield text.end;
}

/** Every row is looked at; lines that are no rows do not count. A piece is cut where its successor's first row begins. */
async function* cutsByRows(text: RowText, rows: number, grammar: Grammar): AsyncGenerator<number> {
  const { multiline, blankLinesAreEmpty, bareCarriageReturn } = grammar;
  const unit = unitLength(text.encoding);
  const delimiter = grammar.delimiter.charCodeAt(0);
  const quote = multiline && grammar.quote !== null ? grammar.quote.charCodeAt(0) : Number.NaN;
  let state = cellStart;
  let rowStart = text.start;
  let isRow = false;
  let count = 0;
  const block = Buffer.allocUnsafe(Math.min(blockLength, text.end - text.start));
  const pace = createPace();
  for (let at = text.start; at < text.end; ) {
    const bytesRead = await text.file.read(block.subarray(0, Math.min(block.length, text.end - at)), at);
    if (bytesRead < unit) break;
    const bytes = block.subarray(0, bytesRead - (bytesRead % unit));
    for (let index = 0; index < bytes.length; index += unit) {
      const code = unit === 1 ? (bytes[index] ?? 0) : bytes.readUInt16LE(index);
      if (state !== inside && (code === 10 || code === 13)) {
        state = cellStart;
        if (code === 13 && !bareCarriageReturn) continue;
        isRow = false;
        rowStart = at + index + unit;
        continue;
      }
      if (!isRow && !(blankLinesAreEmpty && code !== delimiter && (code === 32 || code === 9))) {
        isRow = true;
        if (count === rows) {
          yield rowStart;
          count = 0;
        }
        count += 1;
      }
      if (state === inside) {
        if (code === quote) state = closing;
      } else if (code === quote && (state === cellStart || state === closing)) state = inside;
      else state = code === delimiter ? cellStart : outside;
    }
    at += bytes.length;
    if (at - rowStart > longestRow) throw rowTooLong(text, rowStart);
    if (pace.due()) await pace.pause();
  }
  if (count > 0) yield text.end;
}

function lastLineFeed(bytes: Buffer, unit: 1 | 2): number {
  for (let at = bytes.lastIndexOf(10); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(10, at - 1)) {
    if (unit === 1 || (at % 2 === 0 && bytes[at + 1] === 0)) return at;
  }
  return -1;
}

function stateAfter(bytes: Buffer, unit: 1 | 2, delimiter: number): number {
  const last = unit === 1 ? bytes[bytes.length - 1] : bytes.readUInt16LE(bytes.length - 2);
  return last === delimiter || last === 10 || last === 13 ? cellStart : outside;
}

function rowTooLong(text: RowText, rowStart: number): RequestError {
  return new RequestError({
    code: 'row-too-long',
    message: `The row that starts at byte ${rowStart} is longer than ${longestRow / 1024 ** 2} MB, so it is not taken for a row.`,
    file: text.file.name,
    hint: 'Either the file has no line ends, or a quote in that row is never closed.',
  });
}
