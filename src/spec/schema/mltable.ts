/** The keys of an MLTable file: what it lists, and how the rows are read. */
import * as z from 'zod';
import { anyMapping, choice, either, flag, integer, list, nonEmpty, strict, text } from './fields.ts';

const columnNames = either('Columns.', 'a column name, a list of names, or a mapping with pattern', [
  nonEmpty('One column.'),
  list('Several columns.', nonEmpty('A column.')),
  strict({
    pattern: nonEmpty('A regular expression over column names.'),
    ignore_case: flag('Default: false.').optional(),
    invert: flag('The columns that do not match. Default: false.').optional(),
  }),
]);

const formats = either('Date formats.', 'a format or a list of formats', [
  nonEmpty('A format, such as `%Y-%m-%d`.'),
  list('Formats, tried in order.', nonEmpty('A format.')),
]);

const columnType = either('The type.', 'int, float, string, boolean, stream_info, or a mapping with datetime or boolean', [
  choice('A type.', ['int', 'float', 'string', 'boolean', 'stream_info']),
  strict({ datetime: strict({ formats, date_constant: text('The date of formats that have only a time.').optional() }) }),
  strict({
    boolean: strict({
      true_values: list('What reads as true.', z.string()).optional(),
      false_values: list('What reads as false.', z.string()).optional(),
      mismatch_as: choice('What anything else reads as. Default: error.', ['true', 'false', 'error']).optional(),
    }),
  }),
  strict({ stream_info: anyMapping('Cloud only.') }),
]);

const pathColumn = {
  include_path_column: flag('A column `Path` with the file of each row. Default: false.').optional(),
  path_column: text('').optional(),
};
const partitionSize = { partition_size: integer('Ignored: `mini_batch_size` decides.', { min: 1 }).optional() };

const readDelimited = strict({
  delimiter: text('What stands between cells. Default: `,`.').optional(),
  header: choice('Where column names come from. Default: all_files_same_headers.', [
    'no_header',
    'from_first_file',
    'all_files_different_headers',
    'all_files_same_headers',
  ]).optional(),
  support_multi_line: flag('Quoted cells may hold line breaks. Default: false.').optional(),
  empty_as_string: flag('An empty cell is empty text, and not null. Default: false.').optional(),
  encoding: choice('Default: utf8.', [
    'utf8',
    'utf-8',
    'utf8 bom',
    'iso88591',
    'iso-8859-1',
    'latin1',
    'latin-1',
    'ascii',
    'utf16',
    'utf-16',
    'windows1252',
    'windows-1252',
  ]).optional(),
  infer_column_types: either('Find the types of columns from a sample. Default: true.', 'true, false or a mapping', [
    z.boolean({ error: () => 'true or false' }),
    strict({
      sample_size: integer('Rows to look at.', { min: 1 }).optional(),
      column_type_overrides: list('Types that are known.', strict({ columns: columnNames, column_type: columnType })).optional(),
    }),
  ]).optional(),
  ...pathColumn,
  ...partitionSize,
});

const one = <Shape extends z.ZodRawShape>(shape: Shape) => strict(shape, 'a mapping with one transformation');

const transformation = either('A step; they are done in order.', 'a mapping with one transformation', [
  choice('A step with its defaults.', ['read_delimited', 'read_parquet', 'read_json_lines', 'read_delta_lake']),
  one({ read_delimited: readDelimited.nullable().describe('Delimited text (CSV …).') }),
  one({ read_parquet: strict(pathColumn).nullable().describe('Parquet files.') }),
  one({
    read_json_lines: strict({
      invalid_lines: choice('What becomes of a line that is no JSON. Default: error.', ['error', 'drop']).optional(),
      encoding: choice('Default: utf8.', ['utf8', 'utf-8', 'iso88591', 'latin1', 'ascii', 'utf16', 'utf8bom', 'windows1252']).optional(),
      ...pathColumn,
      ...partitionSize,
    })
      .nullable()
      .describe('One JSON object on each line.'),
  }),
  one({ read_delta_lake: anyMapping('').nullable().describe('Delta tables.') }),
  one({
    extract_columns_from_partition_format: either(
      'Columns from the path: `{year}/{month}/{name}.csv`.',
      'a format, or a mapping with partition_format',
      [nonEmpty('The format.'), strict({ partition_format: nonEmpty('The format.') })],
    ),
  }),
  one({ filter: nonEmpty('Keep the rows for which this holds: `col("x") > 3`.') }),
  one({ keep_columns: columnNames }),
  one({ drop_columns: columnNames }),
  one({ convert_column_types: list('Types of columns.', strict({ columns: columnNames, column_type: columnType })) }),
  one({ take: integer('Only the first rows.', { min: 0 }) }),
  one({ skip: integer('Without the first rows.', { min: 0 }) }),
  one({ take_random_sample: strict({ probability: z.number().min(0).max(1), seed: integer('').optional() }) }),
  one({ sample: anyMapping('') }),
  one({ select_partitions: list('', integer('')) }),
]);

export const mltable = strict({
  $schema: text('The schema that editors use.').optional(),
  type: choice('The kind of file.', ['mltable']).optional(),
  paths: list(
    'What the table is made of, in order.',
    either('Files.', 'a mapping with file, folder or pattern', [
      strict({ file: nonEmpty('A file, relative to this one.') }),
      strict({ folder: nonEmpty('A folder, with everything in it.') }),
      strict({ pattern: nonEmpty('A pattern: `./data/*.csv`.') }),
    ]),
  ),
  transformations: list('How rows are read and changed, in order.', transformation).nullish(),
  traits: strict({
    index_columns: list('', z.string()).optional(),
    timestamp_column: text('').optional(),
  })
    .describe('Kept, without meaning here.')
    .nullish(),
  metadata: anyMapping('Kept, without meaning here.').nullish(),
});
