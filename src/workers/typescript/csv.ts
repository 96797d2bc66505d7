/** Objects and arrays as lines of CSV (RFC 4180), by the keyword arguments of `pandas.DataFrame.to_csv` that make sense for them. */
import type { Columns } from './columns.ts';
import { isoTime } from './iso-time.ts';

// As it is before the script runs.
const { isArray } = Array;

export interface CsvFormat {
  readonly separator: string;
  /** False: none. True: the columns' names. A list: these instead. */
  readonly header: boolean | readonly string[];
  /** Only these, in this order. */
  readonly columns?: readonly string[];
  /** How null, undefined and NaN are written. */
  readonly missing: string;
  readonly quoting: 'minimal' | 'all' | 'nonnumeric' | 'none';
  readonly quote: string;
  readonly newline: string;
}

const quotings = ['minimal', 'all', 'nonnumeric', 'none'] as const;

/** Defaults are those of a CSV file: comma, header, as few quotes as possible. */
export function csvFormat(toCsv: Readonly<Record<string, unknown>>): CsvFormat {
  const { sep, header, columns, na_rep, quoting, quotechar, lineterminator } = toCsv;
  return {
    separator: typeof sep === 'string' ? sep : ',',
    header: typeof header === 'boolean' || isStrings(header) ? header : true,
    ...(isStrings(columns) ? { columns } : {}),
    missing: typeof na_rep === 'string' ? na_rep : '',
    quoting: (typeof quoting === 'number' ? quotings[quoting] : undefined) ?? 'minimal',
    quote: typeof quotechar === 'string' ? quotechar : '"',
    newline: typeof lineterminator === 'string' ? lineterminator : '\n',
  };
}

function isStrings(value: unknown): value is readonly string[] {
  return isArray(value) && value.every((one) => typeof one === 'string');
}

export class CsvWriter {
  readonly #format: CsvFormat;
  readonly #cell: CellWriter;
  readonly #columns: Columns;

  constructor(format: CsvFormat, columns: Columns) {
    this.#format = format;
    this.#cell = cellWriter(format);
    this.#columns = columns;
  }

  /** The line above objects like this one; above arrays, which have no names, only one that is spelled out. */
  header(row: object): string | undefined {
    const { header, columns } = this.#format;
    if (header === false) return undefined;
    if (header !== true) return this.array(header);
    return isArray(row) ? undefined : this.array(columns ?? this.#columns.names(row));
  }

  object(row: object, position: number): string {
    const { separator, newline, columns: chosen } = this.#format;
    const columns = chosen ?? this.#columns.names(row);
    const cell = this.#cell;
    const values = row as Readonly<Record<string, unknown>>;
    let line = '';
    let present = 0;
    for (let index = 0; index < columns.length; index += 1) {
      const value = values[columns[index] ?? ''];
      if (value !== undefined) present += 1;
      line += index === 0 ? cell(value) : separator + cell(value);
    }
    if (chosen === undefined) this.#columns.refuseOtherKeys(row, present, position);
    return this.#nonEmpty(line) + newline;
  }

  array(row: readonly unknown[]): string {
    const cells = row.map((value) => this.#cell(value)).join(this.#format.separator);
    return this.#nonEmpty(cells) + this.#format.newline;
  }

  /** An empty line would be read as no row at all. */
  #nonEmpty(line: string): string {
    return line === '' ? this.#format.quote.repeat(2) : line;
  }
}

type CellWriter = (value: unknown) => string;

/** Whatever does not depend on the value is decided once: cells are what there are most of. */
function cellWriter(format: CsvFormat): CellWriter {
  const { missing, quoting, quote } = format;
  const quoted = (text: string): string => quote + text.replaceAll(quote, quote + quote) + quote;
  const isSpecial = specialTest(format);
  const text: (text: string) => string =
    quoting === 'minimal' ? (text) => (isSpecial(text) ? quoted(text) : text) : quoting === 'none' ? (text) => text : quoted;
  // With a separator such as `-`.
  const quotesNumbers = quoting === 'all' || (quoting === 'minimal' && isSpecial('-+.0123456789eEInfinity'));
  const number: (text: string) => string = quotesNumbers ? quoted : (text) => text;
  const time = quoting === 'minimal' && !isSpecial('-+.:0123456789TZ') ? (text: string) => text : text;
  const nothing = text(missing);
  const notANumber = number(missing);
  return (value) => {
    switch (typeof value) {
      case 'string':
        return text(value);
      case 'number':
        return Number.isNaN(value) ? notANumber : number(String(value));
      case 'bigint':
        return number(String(value));
      case 'undefined':
        return nothing;
      case 'object':
        if (value === null) return nothing;
        if (value instanceof Date) return Number.isNaN(value.getTime()) ? nothing : time(isoTime(value));
        return text(JSON.stringify(value));
      default:
        return text(String(value));
    }
  };
}

/** Longer texts are left to the machinery of regular expressions, which costs more to start than to run. */
const shortText = 32;

/** Whether a text has something in it for which it is put in quotes. */
function specialTest({ separator, quote, newline }: CsvFormat): (text: string) => boolean {
  const special = [separator, quote, '\n', '\r', ...newline];
  const expression = new RegExp(special.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'));
  const codes = new Uint8Array(128);
  for (const text of special) {
    if (text.length !== 1 || text.charCodeAt(0) >= codes.length) return (text) => expression.test(text);
    codes[text.charCodeAt(0)] = 1;
  }
  return (text) => {
    if (text.length > shortText) return expression.test(text);
    for (let at = 0; at < text.length; at += 1) if (codes[text.charCodeAt(at)] === 1) return true;
    return false;
  };
}
