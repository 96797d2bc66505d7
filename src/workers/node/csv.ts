/** Objects and arrays as lines of CSV (RFC 4180), by the keyword arguments of `pandas.DataFrame.to_csv` that make sense for them. */
import { AttemptError } from './attempt-error.ts';

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
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

export class CsvWriter {
  readonly #format: CsvFormat;
  readonly #special: RegExp;
  #columns: readonly string[] | undefined;
  #known: ReadonlySet<string>;

  constructor(format: CsvFormat) {
    this.#format = format;
    const special = [format.separator, format.quote, '\n', '\r', ...format.newline];
    this.#special = new RegExp(special.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'));
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
    return names === undefined ? undefined : this.#line(names);
  }

  object(row: object, position: number): string {
    const columns = this.#columns ?? [];
    if (this.#format.columns === undefined) {
      for (const key of Object.keys(row)) {
        if (!this.#known.has(key)) throw this.#strangeKey(key, position);
      }
    }
    return this.#line(columns.map((column) => Reflect.get(row, column)));
  }

  array(row: readonly unknown[]): string {
    return this.#line(row);
  }

  #line(values: readonly unknown[]): string {
    const cells = values.map((value) => this.#cell(value)).join(this.#format.separator);
    // An empty line would be read as no row at all.
    return (cells === '' ? this.#format.quote.repeat(2) : cells) + this.#format.newline;
  }

  #cell(value: unknown): string {
    const { quoting, quote, missing } = this.#format;
    const text = cellText(value, missing);
    const quoted =
      quoting === 'all' ||
      (quoting === 'nonnumeric' && typeof value !== 'number' && typeof value !== 'bigint') ||
      (quoting === 'minimal' && this.#special.test(text));
    return quoted ? quote + text.replaceAll(quote, quote + quote) + quote : text;
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
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? missing : value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
