import type { ColumnTyper } from './column-typer.ts';
import { floatText, type IntegerWidth, infinityText, integerText, integerWidth } from './numbers.ts';

/** What `pandas.read_csv` takes for null unless told otherwise; the empty cell is one of them. */
export const pandasNulls: readonly string[] = [
  '', '#N/A', '#N/A N/A', '#NA', '-1.#IND', '-1.#QNAN', '-NaN', '-nan', '1.#IND', '1.#QNAN', '<NA>', 'N/A', 'NA', 'NULL', 'NaN', 'None', 'n/a', 'nan', 'null',
]; // biome-ignore format: a list
export const pandasTrue: readonly string[] = casings('true');
export const pandasFalse: readonly string[] = casings('false');

/** A word in every mixture of small and capital letters: pandas takes them all. */
function casings(word: string): readonly string[] {
  return [...word].reduce<readonly string[]>(
    (begun, letter) => begun.flatMap((text) => [text + letter, text + letter.toUpperCase()]),
    [''],
  );
}

const nulls = new Set(pandasNulls);
const booleans = new Set([...pandasTrue, ...pandasFalse]);

/** The type that `pandas.read_csv` gives a column with these cells: whole numbers, else numbers, else booleans, else text. */
export function pandasTyper(): ColumnTyper {
  let anyNull = false;
  let anyValue = false;
  let integers = true;
  let numbers = true;
  let logical = true;
  let negative = false;
  const widths = new Set<IntegerWidth>();
  return {
    see(cell) {
      if (cell === undefined || nulls.has(cell)) {
        anyNull = true;
        return;
      }
      anyValue = true;
      if (integers) {
        if (integerText.test(cell)) {
          widths.add(integerWidth(cell));
          negative ||= cell.includes('-');
          logical = false;
          return;
        }
        integers = false;
      }
      if (numbers && !floatText.test(cell) && !infinityText.test(cell)) numbers = false;
      if (logical && !booleans.has(cell)) logical = false;
    },
    decide() {
      if (!anyValue) return { type: 'float', nullable: true };
      if (integers) {
        if (widths.has('more') || (widths.has('uint64') && (negative || anyNull))) return { type: 'string', nullable: anyNull };
        if (widths.has('uint64')) return { type: 'ubigint', nullable: false };
        // A column of integers with a null is float64 in pandas, also where that costs digits.
        if (widths.has('int64')) return { type: anyNull ? 'float' : 'bigint', nullable: anyNull };
        return { type: 'integer', nullable: anyNull };
      }
      if (numbers) return { type: 'float', nullable: anyNull };
      return { type: logical ? 'boolean' : 'string', nullable: anyNull };
    },
  };
}
