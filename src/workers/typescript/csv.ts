/** Objects and arrays as lines of CSV (RFC 4180), by the keyword arguments of `pandas.DataFrame.to_csv` that make sense for them. */
import { AttemptError } from './attempt-error.ts';
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
  #columns: readonly string[] | undefined;
  #known: ReadonlySet<string>;

  constructor(format: CsvFormat) {
    this.#format = format;
    this.#cell = cellWriter(format);
    this.#columns = format.columns;
    this.#known = new Set(format.columns);
  }

  /** The columns, which the first object decides. True: this call did. */
  decideColumns(row: object): boolean {
    if (this.#columns !== undefined) return false;
    this.#columns = Object.keys(row);
    this.#known = new Set(this.#columns);
    return true;
  }

  header(): string | undefined {
    const { header } = this.#format;
    const names = header === true ? this.#columns : header === false ? undefined : header;
    return names === undefined ? undefined : this.array(names);
  }

  object(row: object, position: number): string {
    const columns = this.#columns ?? [];
    const { separator, newline } = this.#format;
    const cell = this.#cell;
    const values = row as Readonly<Record<string, unknown>>;
    let line = '';
    let present = 0;
    for (let index = 0; index < columns.length; index += 1) {
      const value = values[columns[index] ?? ''];
      if (value !== undefined) present += 1;
      line += index === 0 ? cell(value) : separator + cell(value);
    }
    if (this.#format.columns === undefined && Object.keys(row).length > present) this.#refuseStrangeKeys(row, position);
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

  #refuseStrangeKeys(row: object, position: number): void {
    const strange = Object.keys(row).find((key) => !this.#known.has(key));
    if (strange !== undefined) throw this.#strangeKey(strange, position);
  }

  #strangeKey(key: string, position: number): AttemptError {
    const columns = (this.#columns ?? []).join(', ');
    return new AttemptError(
      'BadReturn',
      'return',
      `element ${position} of what run returned has the key ${key}, but the output's columns are ${columns}. Give every object the same keys.`,
    );
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
