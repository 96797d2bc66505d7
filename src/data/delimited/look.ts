import { createPace } from '../pace.ts';
import type { Sample, SamplePlace } from '../table/sample.ts';
import { InputFile, type TableFiles } from '../table/table-files.ts';
import { unitLength } from '../text/encoding.ts';
import { eachRow, UnclosedQuote } from '../text/rows.ts';
import { decodeWholeLines, type Head, readHead } from './head.ts';
import type { DelimitedOptions } from './options.ts';

/** Rows between two chances to pause. */
const rowsBetweenPauses = 1000;

export type OnSampleRow = (path: string, cells: readonly string[], quoted: readonly boolean[] | undefined, head: Head) => void;

/** Calls back with every row of a sample. Places that do not start where a row starts, as far as one can see, are left out. */
export async function lookAtRows(
  files: TableFiles,
  sample: Sample,
  options: DelimitedOptions,
  hasHeader: (path: string) => boolean,
  onRow: OnSampleRow,
): Promise<void> {
  const width: Width = { cells: undefined };
  for (const place of sample.places) {
    await InputFile.use(files, place.path, async (file) => {
      const head = await readHead(file, options.format.encoding, options.format, hasHeader(place.path));
      const start = Math.max(place.start, head.start);
      const wanted = Math.min(place.length, head.end - start);
      if (wanted <= 0) return;
      const bytes = Buffer.allocUnsafe(wanted);
      const length = await file.read(bytes, start);
      await eachSampleRow(file.name, bytes.subarray(0, length), { ...place, start }, head, options, width, onRow);
    });
  }
}

/** How many cells the first row has: what rows in the middle of a file are measured by. */
interface Width {
  cells: number | undefined;
}

async function eachSampleRow(
  name: string,
  bytes: Buffer,
  place: SamplePlace,
  head: Head,
  options: DelimitedOptions,
  width: Width,
  onRow: OnSampleRow,
): Promise<void> {
  const inside = place.start > head.start;
  const unit = unitLength(options.format.encoding);
  const aligned = inside ? bytes.subarray(afterFirstLine(bytes, (place.start - head.start) % unit, unit)) : bytes;
  const text = decodeWholeLines(
    name,
    aligned,
    place.start + bytes.length - aligned.length,
    options.format.encoding,
    place.last,
    options.format.zeroBytes,
  );
  const pace = createPace();
  const rows: { cells: readonly string[]; quoted: readonly boolean[] | undefined }[] = [];
  let resume = 0;
  for (let more = true; more; ) {
    more = false;
    rows.length = 0;
    try {
      const from = resume;
      eachRow(from === 0 ? text : text.slice(from), options.format, (cells, quoted, _start, next) => {
        rows.push({ cells, quoted });
        more = rows.length === rowsBetweenPauses;
        if (more) resume = from + next;
        return !more;
      });
    } catch (error) {
      // The end of the stretch may be inside quotes; if it is the file's end, whoever reads that row says so.
      if (!(error instanceof UnclosedQuote)) throw error;
    }
    // In the middle of a file a stretch that starts inside quotes shows in the number of cells.
    if (inside && options.format.multiline && rows.some(({ cells }) => cells.length !== width.cells)) return;
    width.cells ??= head.header?.length ?? rows[0]?.cells.length;
    for (const { cells, quoted } of rows) onRow(place.path, cells, quoted, head);
    if (pace.due()) await pace.pause();
  }
}

function afterFirstLine(bytes: Buffer, misaligned: number, unit: 1 | 2): number {
  const feed = bytes.indexOf(unit === 1 ? '\n' : '\n\0', misaligned);
  return feed < 0 ? bytes.length : feed + unit;
}
