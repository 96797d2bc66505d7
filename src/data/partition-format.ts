import { RequestError } from '../errors/types.ts';
import type { Column, Constant } from './types.ts';

/** A compiled partition format: which columns a path has, and their values. */
export interface PartitionFormat {
  readonly text: string;
  /** Texts that stand in it twice: the first place counts. */
  readonly repeated: readonly string[];
  /** Text in order of appearance, then date-times, of `{name:yyyy/MM/dd}`. */
  readonly columns: readonly Column[];
  /** The values of one file by its absolute path; undefined when the path does not end as the format says. */
  match(path: string): readonly Constant[] | undefined;
}

interface Part {
  readonly column: number;
  /** The letters of a date part; absent: the column's text. */
  readonly date?: string;
}

const dateParts: Readonly<Record<string, string>> = {
  yyyy: '(\\d{4})',
  MM: '(\\d\\d)',
  dd: '(\\d\\d)',
  HH: '(\\d\\d)',
  mm: '(\\d\\d)',
  ss: '(\\d\\d)',
};

/**
 * `{name}` is text up to the next `/`, `{name:yyyy/MM/dd/HH/mm/ss}` a date-time made of any of these parts, `*` any text
 * within a folder or file name, and everything else stands for itself. The format describes the end of the path.
 */
export function compilePartitionFormat(text: string): PartitionFormat {
  const columns: Column[] = [];
  const parts: Part[] = [];
  const repeated: string[] = [];
  const columnOf = (name: string, type: 'string' | 'datetime'): number => {
    const known = columns.findIndex((column) => column.name === name);
    const knownType = columns[known]?.type;
    if (knownType === 'string' && type === 'string') repeated.push(name);
    if (knownType !== undefined && knownType !== type) {
      throw formatError(text, `the column '${name}' is text and a date in it`);
    }
    return known >= 0 ? known : columns.push({ name, type, nullable: false }) - 1;
  };
  let pattern = '';
  for (const [piece, body] of text.replace(/^\/+/, '').matchAll(/\{([^{}]*)\}|[^{]+|\{/g)) {
    if (body === undefined) {
      if (/[{}]/.test(piece)) throw formatError(text, 'a brace is not closed or not opened');
      pattern += piece.replace(/\*+|[\\^$.|?+()[\]]/g, (special) => (special.startsWith('*') ? '[^/]*' : `\\${special}`));
      continue;
    }
    const colon = body.indexOf(':');
    const name = colon < 0 ? body : body.slice(0, colon);
    if (name === '') throw formatError(text, 'a column has no name');
    if (colon < 0) {
      parts.push({ column: columnOf(name, 'string') });
      pattern += '([^/]+)';
    } else pattern += datePattern(body.slice(colon + 1), columnOf(name, 'datetime'), parts, text);
  }
  if (columns.length === 0) throw formatError(text, 'there is no {column} in it');
  const expression = new RegExp(`(?:^|/)${pattern}$`);
  const isDate = (column: Column): number => Number(column.type === 'datetime');
  const ordered = columns.map((column, index) => ({ column, index })).sort((one, other) => isDate(one.column) - isDate(other.column));
  return {
    text,
    repeated,
    columns: ordered.map(({ column }) => column),
    match(path) {
      const found = expression.exec(path);
      return found === null ? undefined : ordered.map(({ column, index }) => valueIn(column, index, parts, found));
    },
  };
}

function datePattern(format: string, column: number, parts: Part[], text: string): string {
  let count = 0;
  const pattern = format.replace(/yyyy|MM|dd|HH|mm|ss|[a-zA-Z]+|[^a-zA-Z]+/g, (piece) => {
    const digits = dateParts[piece];
    if (digits !== undefined) {
      count += 1;
      if (parts.some((part) => part.column === column && part.date === piece)) throw formatError(text, `the same date has ${piece} twice`);
      parts.push({ column, date: piece });
      return digits;
    }
    if (/[a-zA-Z]/.test(piece)) throw formatError(text, `'${piece}' is no part of a date; known are yyyy, MM, dd, HH, mm, ss`);
    return piece.replace(/[\\^$.|?*+()[\]]/g, '\\$&');
  });
  if (count === 0) throw formatError(text, 'a date has no part; known are yyyy, MM, dd, HH, mm, ss');
  return pattern;
}

function valueIn(column: Column, index: number, parts: readonly Part[], found: RegExpExecArray): Constant {
  if (column.type !== 'datetime') return found[parts.findIndex((part) => part.column === index) + 1] ?? null;
  const part = (letters: string, absent: string): string => {
    const group = parts.findIndex((one) => one.column === index && one.date === letters);
    return (group < 0 ? undefined : found[group + 1]) ?? absent;
  };
  const iso = `${part('yyyy', '1970')}-${part('MM', '01')}-${part('dd', '01')}T${part('HH', '00')}:${part('mm', '00')}:${part('ss', '00')}.000Z`;
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) || date.toISOString() !== iso ? null : iso;
}

function formatError(text: string, what: string): RequestError {
  return new RequestError({
    code: 'partition-format',
    message: `The partition format ${JSON.stringify(text)} cannot be used: ${what}.`,
    hint: 'Write for example {store}/{day:yyyy/MM/dd}/*.csv.',
  });
}

export function noPathMatches(format: PartitionFormat, input: string, example: string): RequestError {
  return new RequestError({
    code: 'partition-format',
    message: `The partition format ${JSON.stringify(format.text)} fits no file of the input '${input}', for example not ${JSON.stringify(example)}.`,
    hint: 'It must describe the end of the paths, from the first column to the file name.',
  });
}
