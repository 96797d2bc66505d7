/** The MLTable file: the definitions that judge it, and that editors' schemas are made from. */
import * as z from 'zod';
import { anyMapping, choice, either, flag, list, nonEmpty, scalar, strict, text } from '../../language/schema/fields.ts';

const encodings = [
  'utf8', 'utf-8', 'utf8 bom', 'utf8bom', 'ascii', 'iso88591', 'iso-8859-1', 'latin1', 'latin-1', 'windows1252', 'windows-1252', 'utf16', 'utf-16',
] as const; // biome-ignore format: a list

const encoding = choice(
  'The encoding of the files. Default: `utf8`. The Latin ones are all read as windows-1252; `utf16` is little-endian.',
  encodings,
);
const includePathColumn = flag("Adds the path of each row's file as the first column, `Path`. Default: false.").optional();
const pathColumn = nonEmpty('The name of the path column. Giving it includes the column.').optional();
const partitionSize = z
  .int({ error: () => 'an integer' })
  .optional()
  .describe('Accepted and ignored: the size of a mini-batch is `mini_batch_size`.');

const wholeNumber = (description: string) =>
  z
    .int({ error: () => 'a whole number' })
    .min(0, { error: () => 'a whole number from 0' })
    .describe(description);

const selector = either('One column, a list of columns, or a pattern.', 'a column, a list of columns, or a mapping with pattern', [
  nonEmpty('One column.'),
  list('Columns.', nonEmpty('A column.')),
  strict({
    pattern: nonEmpty('A regular expression that the name contains.'),
    ignore_case: flag('Accepted and without effect, as in the mltable library: the pattern can say [aA].').optional(),
    invert: flag('Take the columns that do not match. Default: false.').optional(),
  }),
]);

const dateFormats = either("Formats of Python's strptime; the first that fits is taken.", 'a format or a list of formats', [
  nonEmpty('One format.'),
  list('Formats.', nonEmpty('A format.')).min(1, { error: () => 'at least one format' }),
]);

const columnType = either(
  'The type.',
  'one of int, float, string, boolean, stream_info, or a mapping with datetime, boolean or stream_info',
  [
    choice('A type.', ['int', 'float', 'string', 'boolean', 'stream_info']),
    strict({
      datetime: strict({
        formats: dateFormats,
        date_constant: text('The date for texts that are only a time, such as 2020-01-31.').optional(),
      }).optional(),
      boolean: strict({
        true_values: list('Texts that are true.', scalar('A text.')).optional(),
        false_values: list('Texts that are false.', scalar('A text.')).optional(),
        mismatch_as: choice('What other texts are. Default: `error`.', ['true', 'false', 'error']).optional(),
      }).optional(),
      stream_info: anyMapping('Accepted: the column stays text.').optional(),
    }),
  ],
);

const typeOverride = strict({
  columns: either('Which columns.', 'a column or a list of columns', [nonEmpty('One column.'), list('Columns.', nonEmpty('A column.'))]),
  column_type: columnType,
});

export const readDelimited = strict({
  delimiter: text('What separates cells; one character of ASCII (of two, the first). Default: a comma.').optional(),
  header: choice('Where the names of columns come from. Default: `all_files_same_headers`.', [
    'no_header',
    'from_first_file',
    'all_files_different_headers',
    'all_files_same_headers',
  ]).optional(),
  support_multi_line: flag('A line end inside quotes belongs to the cell. Default: false.').optional(),
  empty_as_string: flag('An empty cell is an empty text, not null. Default: false.').optional(),
  encoding: encoding.optional(),
  include_path_column: includePathColumn,
  infer_column_types: either('Whether types are inferred, and exceptions. Default: true.', 'true, false or a mapping', [
    flag('Whether types are inferred.'),
    strict({
      sample_size: wholeNumber('Accepted and ignored: a sample from many places of many files is looked at.').optional(),
      column_type_overrides: list('Types of columns that are not to be inferred.', typeOverride).optional(),
    }),
  ]).optional(),
  path_column: pathColumn,
  partition_size: partitionSize,
});

export const readParquet = strict({ include_path_column: includePathColumn, path_column: pathColumn });

export const readDeltaLake = strict({
  version_as_of: wholeNumber('The version of the table. Default: the last.').optional(),
  timestamp_as_of: nonEmpty('The version that was the last at a time, such as 2024-01-31T12:00:00Z.').optional(),
  include_path_column: includePathColumn,
  path_column: pathColumn,
});

export const readJsonLines = strict({
  invalid_lines: choice('What to do with lines that are no JSON object. Default: `error`.', ['error', 'drop']).optional(),
  encoding: encoding.optional(),
  include_path_column: includePathColumn,
  path_column: pathColumn,
  partition_size: partitionSize,
});

const conversion = strict({ columns: selector, column_type: columnType });

export const transformation = strict(
  {
    read_delimited: readDelimited.nullish().describe('Reads delimited text.'),
    read_parquet: readParquet.nullish().describe('Reads Parquet.'),
    read_json_lines: readJsonLines.nullish().describe('Reads lines of JSON.'),
    read_delta_lake: readDeltaLake.nullish().describe('Reads a Delta table, whose folder is the one entry of paths.'),
    extract_columns_from_partition_format: either(
      "Columns from the end of each file's path, such as `{store}/{day:yyyy/MM/dd}/*.csv`.",
      'a format, or a mapping with partition_format',
      [nonEmpty('The format.'), strict({ partition_format: nonEmpty('The format.') })],
    ).optional(),
    filter: nonEmpty('Keeps the rows for which this is true, such as `col("price") > 2`.').optional(),
    keep_columns: selector.optional(),
    drop_columns: selector.optional(),
    convert_column_types: list('Conversions of columns.', conversion).optional(),
    take: wholeNumber('Keeps the first rows (files, before the read).').optional(),
    skip: wholeNumber('Leaves out the first rows (files, before the read).').optional(),
    take_random_sample: strict({
      probability: z
        .number({ error: () => 'a number from 0 to 1' })
        .min(0, { error: () => 'a number from 0 to 1' })
        .max(1, { error: () => 'a number from 0 to 1' })
        .describe('How likely each row is to be kept.'),
      seed: z
        .int({ error: () => 'an integer' })
        .optional()
        .describe('The same seed keeps the same rows. Default: 0.'),
    }).optional(),
  },
  'a transformation: a mapping with one key',
);

export const mltable = strict(
  {
    $schema: text('The schema that editors use.').optional(),
    type: z
      .literal('mltable', { error: () => 'mltable' })
      .optional()
      .describe('Always mltable.'),
    metadata: anyMapping('Accepted and ignored.').nullish(),
    traits: anyMapping('Accepted and ignored.').nullish(),
    paths: list(
      'The files.',
      strict(
        {
          file: nonEmpty('A file.').optional(),
          folder: nonEmpty('A folder with everything below it.').optional(),
          pattern: nonEmpty('A pattern such as `./data/**/*.csv`.').optional(),
        },
        'a mapping with file, folder or pattern',
      ),
    ),
    transformations: list(
      'What is done with the files, in order.',
      either('A transformation.', 'a transformation', [
        choice('A transformation without options.', ['read_delimited', 'read_parquet', 'read_json_lines', 'read_delta_lake']),
        transformation,
      ]),
    ).nullish(),
  },
  'an MLTable: a mapping with paths',
);
