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
  readonly #special: RegExp;
  /** With a separator such as `-`. */
  readonly #numbersAreSpecial: boolean;
  #columns: readonly string[] | undefined;
  #known: ReadonlySet<string>;

  constructor(format: CsvFormat) {
    this.#format = format;
    const special = [format.separator, format.quote, '\n', '\r', ...format.newline];
    this.#special = new RegExp(special.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'));
    this.#numbersAreSpecial = this.#special.test('-+.0123456789eEInfinity');
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
    const values = row as Readonly<Record<string, unknown>>;
    let line = '';
    let present = 0;
    for (let index = 0; index < columns.length; index += 1) {
      const value = values[columns[index] ?? ''];
      if (value !== undefined) present += 1;
      line += index === 0 ? this.#cell(value) : separator + this.#cell(value);
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

  #cell(value: unknown): string {
    const { missing, quote } = this.#format;
    const text = cellText(value, missing);
    return this.#isQuoted(value, text) ? quote + text.replaceAll(quote, quote + quote) + quote : text;
  }

  #isQuoted(value: unknown, text: string): boolean {
    const isNumber = typeof value === 'number' || typeof value === 'bigint';
    switch (this.#format.quoting) {
      case 'minimal':
        return isNumber ? this.#numbersAreSpecial : this.#special.test(text);
      case 'nonnumeric':
        return !isNumber;
      default:
        return this.#format.quoting === 'all';
    }
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

function cellText(value: unknown, missing: string): string {
  if (value === null || value === undefined) return missing;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isNaN(value) ? missing : String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? missing : isoTime(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
