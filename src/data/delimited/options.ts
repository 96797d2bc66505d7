import type { DelimitedFormat } from '../text/rows.ts';
import type { ColumnTyper } from '../typing/column-typer.ts';
import { mltableFalse, mltableTrue, mltableTyper } from '../typing/mltable.ts';
import { pandasFalse, pandasNulls, pandasTrue, pandasTyper } from '../typing/pandas.ts';

/** Where the names of columns come from. */
export type HeaderMode = 'no_header' | 'from_first_file' | 'all_files_different_headers' | 'all_files_same_headers';

/** How delimited files are read: by pandas' rules (a plain file), or by MLTable's. */
export interface DelimitedOptions {
  readonly format: DelimitedFormat;
  readonly header: HeaderMode;
  /** Names from the cells of a header line. */
  readonly nameColumns: (cells: readonly string[]) => readonly string[];
  /** Undefined: every column is text. */
  readonly typer: (() => ColumnTyper) | undefined;
  /** Columns that stay text, whatever is in them. */
  readonly asText?: readonly string[];
  /** Whose rules these are, for messages. */
  readonly decides: 'pandas' | 'mltable';
  /** A row longer than the header makes further columns. */
  readonly growing: boolean;
}

/** As `pandas.read_csv(file, sep=delimiter)` reads. */
export function pandasOptions(delimiter: string): DelimitedOptions {
  return {
    format: {
      kind: 'delimited',
      delimiter,
      quote: '"',
      encoding: 'utf-8',
      multiline: true,
      bareCarriageReturn: true,
      nulls: pandasNulls,
      quotedNulls: true,
      trueValues: pandasTrue,
      falseValues: pandasFalse,
      blankLinesAreEmpty: true,
      zeroBytes: 'error',
      shortRows: 'error',
    },
    header: 'all_files_same_headers',
    nameColumns: pandasNames,
    typer: pandasTyper,
    decides: 'pandas',
    growing: false,
  };
}

export interface ReadDelimited {
  readonly delimiter: string;
  readonly header: HeaderMode;
  readonly multiline: boolean;
  readonly emptyAsString: boolean;
  readonly encoding: DelimitedFormat['encoding'];
  readonly inferTypes: boolean;
}

/** As an MLTable's `read_delimited` reads. */
export function mltableOptions(read: ReadDelimited): DelimitedOptions {
  return {
    format: {
      kind: 'delimited',
      delimiter: read.delimiter,
      quote: '"',
      encoding: read.encoding,
      multiline: read.multiline,
      bareCarriageReturn: false,
      nulls: read.emptyAsString ? [] : [''],
      quotedNulls: false,
      trueValues: mltableTrue,
      falseValues: mltableFalse,
      blankLinesAreEmpty: false,
      zeroBytes: 'text',
      shortRows: 'null',
    },
    header: read.header,
    nameColumns: mltableNames,
    typer: read.inferTypes ? () => mltableTyper({ emptyAsString: read.emptyAsString }) : undefined,
    decides: 'mltable',
    growing: true,
  };
}

/** `a, a, ` → `a, a.1, Unnamed: 2`. */
function pandasNames(cells: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return cells.map((cell, index) => {
    const name = cell === '' ? `Unnamed: ${index}` : cell;
    let unique = name;
    for (let count = 1; taken.has(unique) || (unique !== name && cells.includes(unique)); count += 1) unique = `${name}.${count}`;
    taken.add(unique);
    return unique;
  });
}

/** `a, a, ` → `a, a_1, Column3`, and `a, b, a, b` → `a, b, a_1, b_2`: suffixes are counted over the whole header. Spaces around names are dropped. */
function mltableNames(cells: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  let suffixes = 0;
  return cells.map((cell, index) => {
    let name = cell.trim() === '' ? numberedName(index) : cell.trim();
    while (taken.has(name)) {
      suffixes += 1;
      name = `${name}_${suffixes}`;
    }
    taken.add(name);
    return name;
  });
}

/** The name of a column that has none; `index` counts from 0. */
export function numberedName(index: number): string {
  return `Column${index + 1}`;
}
