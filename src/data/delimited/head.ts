import { RequestError } from '../../errors/types.ts';
import type { InputFile } from '../table/table-files.ts';
import { byteOrderMark, decode, type Encoding } from '../text/encoding.ts';
import { eachRow, type Grammar, UnclosedQuote } from '../text/rows.ts';

const firstLength = 64 * 1024;
/** Bytes of a header line beyond which the file is not taken for a table. */
const longestHeader = 16 * 1024 ** 2;

export interface Head {
  /** The first line's cells; undefined when none was asked for, or the file has no row at all. */
  readonly header?: readonly string[];
  /** Where the rows start. */
  readonly start: number;
  /** Size of the file. */
  readonly end: number;
}

/** Reads the header line, if there is to be one, and says where the rows start. */
export async function readHead(file: InputFile, encoding: Encoding, grammar: Grammar, withHeader: boolean): Promise<Head> {
  const { name, size } = file;
  for (let length = Math.min(firstLength, size); ; length = Math.min(length * 4, size)) {
    const bytes = Buffer.allocUnsafe(length);
    const head = bytes.subarray(0, await file.read(bytes, 0));
    const mark = byteOrderMark(head, encoding);
    if (!withHeader) return { start: mark, end: size };
    const found = headerIn(name, head.subarray(mark), mark, encoding, grammar, head.length === size);
    if (found !== undefined)
      return found.cells === undefined ? { start: size, end: size } : { header: found.cells, start: mark + found.length, end: size };
    if (length >= Math.min(size, longestHeader)) {
      throw new RequestError({
        code: 'no-header',
        message: `The first line does not end within ${longestHeader / 1024 ** 2} MB, so it is no header.`,
        file: name,
        hint: 'Either the file has no line ends, or a quote in its first line is never closed.',
      });
    }
  }
}

/** The first row and its length in bytes; undefined when more of the file must be seen. */
function headerIn(
  path: string,
  bytes: Buffer,
  start: number,
  encoding: Encoding,
  grammar: Grammar,
  whole: boolean,
): { cells?: readonly string[]; length: number } | undefined {
  const text = decodeWholeLines(path, bytes, start, encoding, whole, grammar.zeroBytes);
  let cells: readonly string[] | undefined;
  let length = 0;
  try {
    eachRow(text, grammar, (row, _quoted, _start, next) => {
      cells = row;
      length = byteLength(text.slice(0, next), encoding);
      return false;
    });
  } catch (error) {
    if (!(error instanceof UnclosedQuote)) throw error;
    if (!whole) return undefined;
    throw new RequestError({ code: 'unclosed-quote', message: 'A quote in the header line is never closed.', file: path, line: 1 });
  }
  if (cells !== undefined) return { cells, length };
  return whole ? { length } : undefined;
}

/** Text up to the last line end, so that no character and no `\r\n` is cut in two. `start`: where the bytes stand in the file. */
export function decodeWholeLines(
  path: string,
  bytes: Buffer,
  start: number,
  encoding: Encoding,
  whole: boolean,
  zeroBytes: 'text' | 'error',
): string {
  let end = bytes.length;
  if (!whole) {
    const feed = bytes.lastIndexOf(encoding === 'utf-16le' ? '\n\0' : '\n');
    end = feed < 0 ? 0 : feed + (encoding === 'utf-16le' ? 2 : 1);
  }
  const decoded = decode(bytes.subarray(0, end), encoding, zeroBytes);
  if (decoded.kind === 'text') return decoded.text;
  throw new RequestError({
    code: 'wrong-encoding',
    message: `Byte ${start + decoded.offset} is ${decoded.what}. The encoding is taken to be ${encoding}.`,
    file: path,
    hint: 'An MLTable with read_delimited or read_json_lines can say another encoding.',
  });
}

function byteLength(text: string, encoding: Encoding): number {
  if (encoding === 'windows-1252') return text.length;
  return Buffer.byteLength(text, encoding === 'utf-8' ? 'utf8' : 'utf16le');
}
