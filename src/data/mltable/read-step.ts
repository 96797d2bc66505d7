import type * as z from 'zod';
import { RequestError } from '../../errors/types.ts';
import type { Place } from '../../language/findings.ts';
import { compilePartitionFormat } from '../partition-format.ts';
import type { Encoding } from '../text/encoding.ts';
import { columnConversion } from './conversion.ts';
import { parseFilter } from './filter-parser.ts';
import { FilterSyntaxError } from './filter-tokens.ts';
import type { ColumnSelector, FileStep, Read, RowStep } from './model.ts';
import { placeOf } from './place.ts';
import type { readDelimited, readDeltaLake, readJsonLines, readParquet, transformation } from './schema.ts';

/** One transformation, judged on its own; where it may stand is judged by whoever sees them all. */
export type AnyStep =
  | { readonly kind: 'read'; readonly read: Read; readonly place: Place }
  | { readonly kind: 'file'; readonly step: FileStep; readonly place: Place }
  | { readonly kind: 'row'; readonly step: Exclude<RowStep, FileStep>; readonly place: Place };

type Options = z.infer<typeof transformation>;
type Selector = NonNullable<Options['keep_columns']>;

/** `key` is the transformation's name, `place` its place in the file. */
export function readStep(key: keyof Options, given: Options, place: Place): readonly AnyStep[] {
  switch (key) {
    case 'read_delimited':
      return [{ kind: 'read', read: delimited(given.read_delimited ?? {}, place), place }];
    case 'read_parquet':
      return [{ kind: 'read', read: { format: 'parquet', ...pathColumn(given.read_parquet ?? {}) }, place }];
    case 'read_json_lines':
      return [{ kind: 'read', read: jsonLines(given.read_json_lines ?? {}), place }];
    case 'read_delta_lake':
      return [{ kind: 'read', read: delta(given.read_delta_lake ?? {}, place), place }];
    case 'take':
    case 'skip':
      return [{ kind: 'file', step: { op: key, count: given[key] ?? 0 }, place }];
    case 'take_random_sample': {
      const { probability = 0, seed = 0 } = given.take_random_sample ?? {};
      return [{ kind: 'file', step: { op: 'sample', probability, seed }, place }];
    }
    case 'extract_columns_from_partition_format':
      return partitionFormat(given.extract_columns_from_partition_format ?? '', place);
    case 'filter':
      return filter(given.filter ?? '', place);
    case 'keep_columns':
      return [{ kind: 'row', step: { op: 'keep', columns: selector(given.keep_columns ?? [], place) }, place }];
    case 'drop_columns':
      return [{ kind: 'row', step: { op: 'drop', columns: selector(given.drop_columns ?? [], place) }, place }];
    case 'convert_column_types':
      return [{ kind: 'row', step: { op: 'convert', conversions: conversions(given.convert_column_types ?? [], place) }, place }];
    default:
      return [];
  }
}

function conversions(
  given: NonNullable<Options['convert_column_types']>,
  place: Place,
): Extract<RowStep, { op: 'convert' }>['conversions'] {
  return given.flatMap(({ columns, column_type }, index) => {
    const to = columnConversion(column_type, place.at(index, 'column_type'));
    return to === undefined ? [] : [{ columns: selector(columns, place.at(index)), to }];
  });
}

const defaultPathColumn = 'Path';

function pathColumn(options: z.infer<typeof readParquet>): { pathColumn?: string } {
  if (options.path_column !== undefined) return { pathColumn: options.path_column };
  return isTrue(options.include_path_column) ? { pathColumn: defaultPathColumn } : {};
}

function isTrue(flag: boolean | string | undefined): boolean {
  return String(flag).toLowerCase() === 'true';
}

function delimited(options: z.infer<typeof readDelimited>, place: Place): Read {
  const { infer_column_types: infer = true, delimiter = ',' } = options;
  const [first = ''] = delimiter;
  if (!/^[\0-\x7f]$/.test(first) || /["\r\n]/.test(first) || [...delimiter].length > 2) {
    place
      .at('delimiter')
      .error('invalid-value', `Expected one character of ASCII that is no quote and no line end, found ${JSON.stringify(delimiter)}.`);
  }
  const overrides = typeof infer === 'object' ? (infer.column_type_overrides ?? []) : [];
  return {
    format: 'delimited',
    delimiter: first,
    notices: delimiterNotices(delimiter),
    header: options.header ?? 'all_files_same_headers',
    multiline: isTrue(options.support_multi_line),
    emptyAsString: isTrue(options.empty_as_string),
    encoding: encodingOf(options.encoding),
    inferTypes: typeof infer === 'object' || isTrue(infer),
    overrides: overrides.flatMap(({ columns, column_type }, index) => {
      const to = columnConversion(column_type, place.at('infer_column_types', 'column_type_overrides', index, 'column_type'));
      return to === undefined ? [] : [{ columns: [columns].flat(), to }];
    }),
    place: placeOf(place),
    ...pathColumn(options),
  };
}

/** Of two characters only the first counts; the library refuses more. */
function delimiterNotices(delimiter: string): readonly string[] {
  const [first = ''] = delimiter;
  if (first === delimiter) return [];
  const hint = /^\\t/.test(delimiter) ? ' A tab is "\\t" in double quotes.' : '';
  return [
    `The MLTable's delimiter is ${JSON.stringify(delimiter)}; only its first character, ${first}, separates cells, as in the mltable library.${hint}`,
  ];
}

function delta(options: z.infer<typeof readDeltaLake>, place: Place): Read {
  const { version_as_of: version, timestamp_as_of: timestamp } = options;
  if (version !== undefined && timestamp !== undefined)
    place.error('invalid-value', 'version_as_of and timestamp_as_of both say which version: give one of them.');
  if (timestamp !== undefined && Number.isNaN(Date.parse(timestamp)))
    place.at('timestamp_as_of').error('invalid-value', `Expected a time such as 2024-01-31T12:00:00Z, found ${JSON.stringify(timestamp)}.`);
  const moment = { ...(version !== undefined && { version }), ...(timestamp !== undefined && { timestamp }) };
  return { format: 'delta', moment, ...pathColumn(options) };
}

function jsonLines(options: z.infer<typeof readJsonLines>): Read {
  return {
    format: 'json_lines',
    invalidLines: options.invalid_lines ?? 'error',
    encoding: encodingOf(options.encoding),
    ...pathColumn(options),
  };
}

function encodingOf(name = 'utf8'): Encoding {
  if (/^utf-?16$/.test(name)) return 'utf-16le';
  return /^(?:utf|ascii)/.test(name) ? 'utf-8' : 'windows-1252';
}

function partitionFormat(options: string | { readonly partition_format: string }, place: Place): readonly AnyStep[] {
  const format = typeof options === 'string' ? options : options.partition_format;
  try {
    compilePartitionFormat(format);
    return [{ kind: 'file', step: { op: 'partition_format', format }, place }];
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    for (const { code, message, hint } of error.problems) place.error(code, message, hint);
    return [];
  }
}

function filter(text: string, place: Place): readonly AnyStep[] {
  try {
    return [{ kind: 'row', step: { op: 'filter', expression: parseFilter(text), place: placeOf(place) }, place }];
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) throw error;
    place.error('filter-syntax', `The filter ${JSON.stringify(text)} cannot be read at character ${error.at + 1}: ${error.message}.`);
    return [];
  }
}

function selector(columns: Selector, place: Place): ColumnSelector {
  if (typeof columns === 'string' || Array.isArray(columns)) return { kind: 'names', names: [columns].flat() };
  const { pattern, ignore_case, invert } = columns as Exclude<Selector, string | readonly string[]>;
  try {
    return { kind: 'pattern', expression: new RegExp(pattern), ignoreCase: isTrue(ignore_case), invert: isTrue(invert) };
  } catch {
    place.error('invalid-value', `Expected a regular expression, found ${JSON.stringify(pattern)}.`);
    return { kind: 'names', names: [] };
  }
}
