import { DataError } from '../read/data-error.ts';
import type { TableFormat } from '../types.ts';

export type DelimitedFormat = Extract<TableFormat, { kind: 'delimited' }>;
export type Grammar = Pick<
  DelimitedFormat,
  'delimiter' | 'quote' | 'multiline' | 'bareCarriageReturn' | 'blankLinesAreEmpty' | 'zeroBytes'
>;

/**
 * One row. The array is the callee's to keep. `quoted` says which cells stood in quotes; absent: none.
 * `start` is the position of the row in the text, `next` that behind its line end. Return false to stop.
 */
export type OnRow = (cells: string[], quoted: readonly boolean[] | undefined, start: number, next: number) => boolean | undefined;

/**
 * Cuts text into rows and cells as pandas and MLTable both do: a quote opens only at the start of a cell, `""` inside quotes is one
 * quote, what follows a closing quote is added as it stands, empty lines are no rows.
 *
 * Our own, because a cell that is quoted and empty must be told from one that is empty, and a row that is too short or too
 * long must be seen; the parsers that are as quick do neither.
 */
export function eachRow(text: string, grammar: Grammar, onRow: OnRow): void {
  const { delimiter, quote, bareCarriageReturn, blankLinesAreEmpty } = grammar;
  const lineEnd = bareCarriageReturn && text.includes('\r') && /\r(?!\n)/.test(text) ? endAtEither : endAtLineFeed;
  // Where the next delimiter and the next quote are is kept from line to line: lines without one must not search the rest again.
  let nextDelimiter = -1;
  let nextQuote = -1;
  for (let at = 0; at < text.length; ) {
    const end = lineEnd(text, at);
    const last = end > at && text.charCodeAt(end - 1) === 13 && text.charCodeAt(end) !== 13 ? end - 1 : end;
    if (last === at || (blankLinesAreEmpty && isBlank(text, at, last, delimiter))) {
      at = end + 1;
      continue;
    }
    if (quote !== null && nextQuote < at) nextQuote = indexOrEnd(text, quote, at);
    if (quote !== null && nextQuote < last) {
      const row = quotedRow(text, at, grammar, quote, lineEnd);
      if (onRow(row.cells, row.quoted, at, row.next) === false) return;
      at = row.next;
      continue;
    }
    const cells: string[] = [];
    for (let from = at; ; from = nextDelimiter + 1) {
      if (nextDelimiter < from) nextDelimiter = indexOrEnd(text, delimiter, from);
      if (nextDelimiter >= last) {
        cells.push(text.slice(from, last));
        break;
      }
      cells.push(text.slice(from, nextDelimiter));
    }
    if (onRow(cells, undefined, at, end + 1) === false) return;
    at = end + 1;
  }
}

function indexOrEnd(text: string, wanted: string, from: number): number {
  const at = text.indexOf(wanted, from);
  return at < 0 ? text.length : at;
}

type LineEnd = (text: string, from: number) => number;

const endAtLineFeed: LineEnd = (text, from) => {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
};

/** A carriage return with a line feed behind it counts as part of the line feed. */
const endAtEither: LineEnd = (text, from) => {
  const feed = endAtLineFeed(text, from);
  for (let at = text.indexOf('\r', from); at >= 0 && at < feed; at = text.indexOf('\r', at + 1)) {
    if (text.charCodeAt(at + 1) !== 10) return at;
  }
  return feed;
};

function isBlank(text: string, from: number, to: number, delimiter: string): boolean {
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if ((code !== 32 && code !== 9) || text[at] === delimiter) return false;
  }
  return true;
}

function quotedRow(text: string, start: number, grammar: Grammar, quote: string, lineEnd: LineEnd) {
  const { delimiter, multiline } = grammar;
  const cells: string[] = [];
  const quoted: boolean[] = [];
  let end = lineEnd(text, start);
  for (let at = start; ; ) {
    let value = '';
    let isQuoted = false;
    if (text.startsWith(quote, at)) {
      const closed = quotedText(text, at, multiline ? text.length : end, quote);
      if (closed !== undefined) {
        value = closed.value;
        isQuoted = true;
        at = closed.next;
        if (at > end) end = lineEnd(text, at);
      } else if (multiline) {
        throw new UnclosedQuote(at);
      }
    }
    const next = text.indexOf(delimiter, at);
    const more = next >= 0 && next < end;
    const last = more ? next : end > at && text.charCodeAt(end - 1) === 13 && text.charCodeAt(end) !== 13 ? end - 1 : end;
    if (last > at) value += text.slice(at, last);
    cells.push(value);
    quoted.push(isQuoted);
    if (!more) return { cells, quoted, next: end + 1 };
    at = next + 1;
  }
}

/** The text between quotes that open at `at`, undefined when they do not close before `limit`. */
function quotedText(text: string, at: number, limit: number, quote: string): { value: string; next: number } | undefined {
  let value = '';
  for (let from = at + 1; ; ) {
    const close = text.indexOf(quote, from);
    if (close < 0 || close >= limit) return undefined;
    if (!text.startsWith(quote, close + 1) || close + 1 >= limit) return { value: value + text.slice(from, close), next: close + 1 };
    value += text.slice(from, close + 1);
    from = close + 2;
  }
}

/** A quote was opened and never closed. */
export class UnclosedQuote extends DataError {
  /** Position in the text. */
  readonly position: number;
  constructor(position: number) {
    super('A quote that opens here is never closed.');
    this.position = position;
  }
}
