import { RequestError } from '../../errors/types.ts';
import { createPace } from '../pace.ts';
import { InputFile, type TableFiles } from '../table/table-files.ts';
import { readHead } from './head.ts';
import type { DelimitedOptions } from './options.ts';

/** The names of the columns, as far as headers tell them. */
export interface Headers {
  readonly names: readonly string[];
  /** The first file that has a row; undefined when all are empty, or headers are not looked at. */
  readonly first?: string;
}

/** Reads the header of the first file that is not empty, or of all files where they may differ. */
export async function readHeaders(files: TableFiles, options: DelimitedOptions): Promise<Headers> {
  if (options.header === 'no_header') return { names: [] };
  const pace = createPace();
  const union = new Set<string>();
  let first: string | undefined;
  for (const path of files.paths) {
    const { header } = await InputFile.use(files, path, (file) => readHead(file, options.format.encoding, options.format, true));
    if (pace.due()) await pace.pause();
    if (header === undefined) continue;
    first ??= path;
    for (const name of options.nameColumns(header)) union.add(name);
    if (options.header !== 'all_files_different_headers') break;
  }
  return { names: [...union], ...(first !== undefined && { first }) };
}

/**
 * Which column of the table each cell of a file's rows is; undefined when they are the table's own, in order.
 * Where all headers should be the same, another order is seen to and other names are refused: taking the cells by position, as
 * MLTable does, would mix up values without a word.
 */
export function fieldsOf(
  path: string,
  header: readonly string[] | undefined,
  headers: Headers,
  options: DelimitedOptions,
): readonly number[] | undefined {
  if (header === undefined || options.header === 'from_first_file') return undefined;
  const names = options.nameColumns(header);
  const fields = names.map((name) => headers.names.indexOf(name));
  const isSame = names.length === headers.names.length && fields.every((field, position) => field === position);
  if (isSame) return undefined;
  const isPermutation = names.length === headers.names.length && fields.every((field) => field >= 0);
  if (isPermutation || options.header === 'all_files_different_headers') return fields;
  throw new RequestError({
    code: 'different-header',
    message: `Its first line (${list(names)}) is not the header of ${headers.first} (${list(headers.names)}), though header is all_files_same_headers.`,
    file: path,
    hint: 'Set header: all_files_different_headers to join the columns by name, or from_first_file or no_header if it has no header.',
  });
}

/** Whether the cells of all files are the table's columns, in order. */
export async function headersAlike(files: TableFiles, headers: Headers, options: DelimitedOptions): Promise<boolean> {
  if (files.paths.length === 1 || options.header === 'from_first_file' || options.header === 'no_header') return true;
  const pace = createPace();
  for (const path of files.paths) {
    const { header } = await InputFile.use(files, path, (file) => readHead(file, options.format.encoding, options.format, true));
    if (fieldsOf(path, header, headers, options) !== undefined) return false;
    if (pace.due()) await pace.pause();
  }
  return true;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => (name.length > 30 ? `${name.slice(0, 29)}…` : name));
  return `${shown.join(', ')}${names.length > 8 ? ', …' : ''}`;
}
