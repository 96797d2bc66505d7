import type { ColumnTyper } from './column-typer.ts';
import { compileDateFormats } from './date-formats.ts';
import { dateShape, withFraction } from './date-shapes.ts';
import { floatText, type IntegerWidth, infinityText, integerText, integerWidth, notANumberText } from './numbers.ts';

export const mltableTrue: readonly string[] = ['true', 'True', 'TRUE', 't', 'T', 'Yes', 'YES', 'Y', '1'];
export const mltableFalse: readonly string[] = ['false', 'False', 'FALSE', 'f', 'F', 'No', 'NO', 'N', '0'];
const booleans = new Set([...mltableTrue, ...mltableFalse]);

export interface MLTableTyperSettings {
  /** `empty_as_string`: an empty cell is an empty text, and so the column is text. */
  readonly emptyAsString: boolean;
}

/**
 * The type that MLTable gives a column with these cells, except where it would then lose some of them: a column of dates in
 * which day and month cannot be told apart stays text, and so does one of integers beyond 64 bits.
 */
export function mltableTyper({ emptyAsString }: MLTableTyperSettings): ColumnTyper {
  let anyNull = false;
  let anyValue = false;
  let text = false;
  let logical = true;
  let integers = true;
  let numbers = true;
  let dates: DateColumn | undefined = new DateColumn();
  const widths = new Set<IntegerWidth>();
  return {
    see(cell, quoted) {
      if (cell === undefined || (cell === '' && !quoted && !emptyAsString)) {
        anyNull = true;
        return;
      }
      anyValue = true;
      if (text) return;
      const trimmed = cell.trim();
      if (logical && !booleans.has(trimmed)) logical = false;
      if (integers) {
        if (integerText.test(cell)) widths.add(integerWidth(cell));
        else integers = false;
      }
      if (numbers && !integers && !floatText.test(cell) && !infinityText.test(cell) && !notANumberText.test(cell)) numbers = false;
      if (dates !== undefined && !dates.see(cell)) dates = undefined;
      text = !logical && !numbers && dates === undefined;
    },
    decide() {
      if (!anyValue) return { type: 'object', nullable: true };
      if (logical) return { type: 'boolean', nullable: anyNull };
      if (integers) {
        if (widths.has('uint64') || widths.has('more')) return { type: 'string', nullable: anyNull };
        return { type: widths.has('int64') ? 'bigint' : 'integer', nullable: anyNull };
      }
      if (numbers) return { type: 'float', nullable: anyNull };
      const formats = dates?.formats();
      return formats === undefined ? { type: 'string', nullable: anyNull } : { type: 'datetime', nullable: anyNull, formats };
    },
  };
}

/** The formats of a column of dates. */
class DateColumn {
  readonly #formats = new Set<string>();
  readonly #seen = new Map<string, (text: string) => Date | undefined>();
  #dayFirst = false;
  #monthFirst = false;

  /** False: this is no date. */
  see(cell: string): boolean {
    const shape = dateShape(cell);
    if (shape === undefined) return false;
    this.#formats.add(shape.format);
    if (shape.order === 'day-first') this.#dayFirst = true;
    if (shape.order === 'month-first') this.#monthFirst = true;
    const format = shape.format.replace('{dm}', () => numericOrder(shape.format, shape.order === 'day-first'));
    let parse = this.#seen.get(format);
    if (parse === undefined) {
      parse = compileDateFormats([format]);
      this.#seen.set(format, parse);
    }
    return parse(cell) !== undefined;
  }

  /** Undefined when day and month cannot be told apart. */
  formats(): readonly string[] | undefined {
    const formats = [...this.#formats];
    if (formats.some((format) => format.startsWith('{dm}')) && this.#dayFirst === this.#monthFirst) return undefined;
    const numeric = formats.map((format) => format.replace('{dm}', () => numericOrder(format, this.#dayFirst)));
    return [...new Set(numeric.flatMap(withFraction))];
  }
}

function numericOrder(format: string, dayFirst: boolean): string {
  const sign = format['{dm}'.length] ?? '-';
  return dayFirst ? `%d${sign}%m` : `%m${sign}%d`;
}
