import type { Column } from '../types.ts';
import { DataError } from './data-error.ts';

/** The values of one column, null where there is none. */
export type ColumnValues = readonly unknown[] | Float64Array | BigInt64Array | BigUint64Array;

/** A table as its columns. */
export interface Frame {
  readonly columns: readonly Column[];
  readonly values: readonly ColumnValues[];
  readonly length: number;
  /**
   * The same rows a few at a time, made while one iterates. Where a frame has this, its `values` are made when they are asked for: a
   * script that looks at rows never holds the columns, and one that looks at a column never makes the others.
   */
  readonly pieces?: () => Iterable<FramePiece>;
  /** An error that names the place of a row of this frame in its file. Costs something only when it is asked for. */
  readonly locate: (row: number, message: string) => Promise<DataError>;
  /** Where rows of this frame, in ascending order, stand in their file. Absent where its rows are of several files. */
  readonly places?: (rows: readonly number[]) => readonly RowPlace[];
  /** The rows as the text that they were read from. Absent where they are not what a text says. */
  readonly text?: () => RowText;
}

/** Whole rows of text. A row reaches to where the next one starts, so that what is no row (an empty line) goes with the one before. */
export interface RowText {
  readonly bytes: Buffer;
  /** Of each row, its first byte; that of the first row is 0. */
  readonly starts: ArrayLike<number>;
}

/** Bytes [start, end) of a file, or rows [start, end). */
export interface RowPlace {
  readonly unit: 'bytes' | 'rows';
  readonly start: number;
  readonly end: number;
}

/** Some rows of a frame, as columns. */
export interface FramePiece {
  readonly values: readonly ColumnValues[];
  readonly length: number;
}

/** A row of a frame cannot be what it has to be; `TableSource` turns it into an error that names file and line. */
export class RowError extends Error {
  override readonly name = 'RowError';
  readonly frame: Frame;
  readonly row: number;
  constructor(frame: Frame, row: number, message: string) {
    super(message);
    this.frame = frame;
    this.row = row;
  }
}

/** Frames with the same columns, one below the other. */
export function concatenate(frames: readonly Frame[], columns: readonly Column[]): Frame {
  const [only] = frames;
  if (frames.length === 1 && only !== undefined) return only;
  return {
    columns,
    values: columns.map((_, index) => frames.flatMap((frame) => Array.from<unknown>(frame.values[index] ?? []))),
    length: frames.reduce((sum, frame) => sum + frame.length, 0),
    locate: async (row, message) => new DataError(`row ${row + 1}: ${message}`),
  };
}

/** The rows from `from` to before `to`, as far as there are any. */
export function sliceOf({ columns, values, length, locate }: Omit<Frame, 'places'>, from: number, to: number): Frame {
  const first = Math.min(from, length);
  return {
    columns,
    values: values.map((column) => column.slice(first, to)),
    length: Math.min(to, length) - first,
    locate: (row, message) => locate(first + row, message),
  };
}

export function columnIndex(frame: Pick<Frame, 'columns'>, name: string): number {
  return frame.columns.findIndex((column) => column.name === name);
}
