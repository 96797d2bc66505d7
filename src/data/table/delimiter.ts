/** Which delimiter a text has whose name does not tell. */
import { RequestError } from '../../errors/types.ts';
import { decodeWholeLines } from '../delimited/head.ts';
import { pandasOptions } from '../delimited/options.ts';
import { byteOrderMark } from '../text/encoding.ts';
import { eachRow, UnclosedQuote } from '../text/rows.ts';
import { InputFile, type TableFiles } from './table-files.ts';

export const delimiters = [
  ['\t', 'tabs'],
  [',', 'commas'],
  [';', 'semicolons'],
  ['|', 'bars (|)'],
] as const;
export type Delimiter = (typeof delimiters)[number][0];

const looked = 64 * 1024;
const lookedRows = 100;

/**
 * The one that cuts all of the first rows of the first file into the same number of cells, at least two; of several the one that makes most.
 * @throws RequestError where there is none
 */
export async function delimiterOf(files: TableFiles): Promise<Delimiter> {
  const { name, text } = await InputFile.use(files, files.paths[0] ?? '', async (file) => {
    const bytes = Buffer.allocUnsafe(Math.min(looked, file.size));
    const head = bytes.subarray(0, await file.read(bytes, 0));
    const start = byteOrderMark(head, 'utf-8');
    return { name: file.name, text: decodeWholeLines(file.name, head.subarray(start), start, 'utf-8', head.length === file.size, 'error') };
  });
  let best: { readonly delimiter: Delimiter; readonly cells: number } | undefined;
  for (const [delimiter] of delimiters) {
    const cells = evenCells(text, delimiter);
    if (cells !== undefined && cells > (best?.cells ?? 1)) best = { delimiter, cells };
  }
  if (best !== undefined) return best.delimiter;
  throw new RequestError({
    code: 'no-delimiter',
    message: `No ${delimiters.map(([, words]) => words).join(', ')} cut its first lines into the same number of cells, so it is no table as it stands.`,
    file: name,
    hint: 'If it is one, an MLTable with read_delimited can say its delimiter; to have each file as an item, give their folder (type uri_folder).',
  });
}

/** Cells of each of the first rows; undefined where they differ. */
function evenCells(text: string, delimiter: Delimiter): number | undefined {
  const counts = new Set<number>();
  let rows = 0;
  try {
    eachRow(text, pandasOptions(delimiter).format, (cells) => {
      counts.add(cells.length);
      rows += 1;
      return rows < lookedRows && counts.size === 1;
    });
  } catch (error) {
    // The text that is looked at may end inside quotes.
    if (!(error instanceof UnclosedQuote)) throw error;
  }
  return counts.size === 1 ? [...counts][0] : undefined;
}
