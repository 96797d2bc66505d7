/** How delimited, Parquet and JSON-lines files are read, as the factories say it and as an MLTable says it. */
import type { Shape } from '../options/judge.ts';
import { flag, isPlain, oneOf, optional, record, rule, text } from '../options/rules.ts';
import type { MLTable } from './mltable.ts';

/** What a column's values become. */
export type ColumnType =
  | { readonly type: 'string' | 'int' | 'float' | 'boolean' }
  | { readonly type: 'datetime'; readonly formats: readonly string[] };

/** The types of columns, by Azure's names. */
export const DataType = {
  /** Text. */
  toString: (): ColumnType => ({ type: 'string' }),
  /** An integer of 64 bits. */
  toLong: (): ColumnType => ({ type: 'int' }),
  /** A number. */
  toFloat: (): ColumnType => ({ type: 'float' }),
  /** True or false. */
  toBool: (): ColumnType => ({ type: 'boolean' }),
  /** `formats`: as `strftime` writes them; several are tried in order. */
  toDatetime: (formats: string | readonly string[] = []): ColumnType => ({ type: 'datetime', formats: [formats].flat() }),
} as const;

/** Which lines of the files are headers. `true` is ALL_FILES_HAVE_SAME_HEADERS, `false` NO_HEADERS. */
export const PromoteHeadersBehavior = {
  /** Every line is a row. */
  NO_HEADERS: 'no_header',
  /** The first line of the first file. */
  ONLY_FIRST_FILE_HAS_HEADERS: 'from_first_file',
  /** The first line of each file, which may differ. */
  COMBINE_ALL_FILES_HEADERS: 'all_files_different_headers',
  /** The first line of each file, all the same. */
  ALL_FILES_HAVE_SAME_HEADERS: 'all_files_same_headers',
} as const;

/** Which lines are headers: `true`, `false`, or a PromoteHeadersBehavior. */
export type Header = boolean | (typeof PromoteHeadersBehavior)[keyof typeof PromoteHeadersBehavior];

/** How rows are read, of files of any kind. */
export interface TableOptions {
  /** Add a column `Path` with the file that a row is from. Default: false. */
  readonly includePath?: boolean | undefined;
  /** By column. Default: as found. */
  readonly setColumnTypes?: Readonly<Record<string, ColumnType>> | undefined;
  /** Names the parts of the paths: they become columns, and keys to partition by. */
  readonly partitionFormat?: string | undefined;
}

/** How delimited files are read. */
export interface DelimitedOptions extends TableOptions {
  /** Default: `,`. */
  readonly separator?: string | undefined;
  /** Default: true. */
  readonly header?: Header | undefined;
  /** Types of columns are found out. False: all are text. Default: true. */
  readonly inferColumnTypes?: boolean | undefined;
  /** A line end inside quotes belongs to the cell. Default: false. */
  readonly supportMultiLine?: boolean | undefined;
  /** An empty cell is empty text, not null. Default: false. */
  readonly emptyAsString?: boolean | undefined;
  /** Default: `utf8`. */
  readonly encoding?: string | undefined;
}

/** How Parquet files are read. */
export type ParquetOptions = TableOptions;

/** How JSON-lines files are read. */
export interface JsonLinesOptions extends TableOptions {
  /** What a line that is no JSON object does: the mini-batch fails, or the line is left out. Default: `error`. */
  readonly invalidLines?: 'error' | 'drop' | undefined;
  /** Default: `utf8`. */
  readonly encoding?: string | undefined;
}

type Transformations = NonNullable<MLTable['transformations']>;

const columnType = rule<ColumnType>(
  'a DataType (DataType.toLong())',
  (value) => isPlain(value) && ['string', 'int', 'float', 'boolean', 'datetime'].includes(String(value.type)),
);
const TABLE: Shape<TableOptions> = {
  includePath: optional(flag),
  setColumnTypes: optional(record(columnType, 'an object with a DataType for each column')),
  partitionFormat: optional(text),
};
const header = rule<Header>(
  'true, false, or one of PromoteHeadersBehavior',
  (value) => typeof value === 'boolean' || Object.values(PromoteHeadersBehavior).some((each) => each === value),
);

export const DELIMITED: Shape<DelimitedOptions> = {
  ...TABLE,
  separator: optional(rule<string>('text that is not empty', (value) => typeof value === 'string' && value !== '')),
  header: optional(header),
  inferColumnTypes: optional(flag),
  supportMultiLine: optional(flag),
  emptyAsString: optional(flag),
  encoding: optional(text),
};
export const PARQUET: Shape<ParquetOptions> = TABLE;
export const JSON_LINES: Shape<JsonLinesOptions> = { ...TABLE, invalidLines: optional(oneOf('error', 'drop')), encoding: optional(text) };

export function delimited(options: DelimitedOptions): Transformations {
  const {
    separator = ',',
    header = true,
    inferColumnTypes = true,
    supportMultiLine,
    emptyAsString,
    encoding,
    setColumnTypes = {},
  } = options;
  const overrides = columnTypes(setColumnTypes);
  const inference = inferColumnTypes && overrides.length > 0 ? { column_type_overrides: overrides } : inferColumnTypes;
  const read = {
    delimiter: separator,
    header: header === true ? 'all_files_same_headers' : header === false ? 'no_header' : header,
    encoding,
    support_multi_line: supportMultiLine,
    empty_as_string: emptyAsString,
    include_path_column: options.includePath,
    infer_column_types: inference,
  };
  return [...partition(options), { read_delimited: given(read) }, ...conversions(inferColumnTypes ? {} : setColumnTypes)];
}

export function parquet(options: ParquetOptions): Transformations {
  const read = { include_path_column: options.includePath ?? false };
  return [...partition(options), { read_parquet: read }, ...conversions(options.setColumnTypes ?? {})];
}

export function jsonLines({ invalidLines = 'error', encoding, ...options }: JsonLinesOptions): Transformations {
  const read = { invalid_lines: invalidLines, encoding, include_path_column: options.includePath };
  return [...partition(options), { read_json_lines: given(read) }, ...conversions(options.setColumnTypes ?? {})];
}

function partition({ partitionFormat }: TableOptions): Transformations {
  return partitionFormat === undefined ? [] : [{ extract_columns_from_partition_format: { partition_format: partitionFormat } }];
}

function conversions(types: Readonly<Record<string, ColumnType>>): Transformations {
  const wanted = columnTypes(types);
  return wanted.length === 0 ? [] : [{ convert_column_types: wanted }];
}

/** A datetime without formats is left to be recognised. */
function columnTypes(types: Readonly<Record<string, ColumnType>>): readonly ColumnTypeEntry[] {
  return Object.entries(types).flatMap(([columns, type]): readonly ColumnTypeEntry[] => {
    if (type.type !== 'datetime') return [{ columns, column_type: type.type }];
    return type.formats.length === 0 ? [] : [{ columns, column_type: { datetime: { formats: type.formats } } }];
  });
}

interface ColumnTypeEntry {
  readonly columns: string;
  readonly column_type: unknown;
}

function given(entries: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}
