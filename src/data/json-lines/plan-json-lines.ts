import { RequestError } from '../../errors/types.ts';
import { decodeWholeLines, readHead } from '../delimited/head.ts';
import { createPace } from '../pace.ts';
import type { FormatPlan, Keep } from '../table/format-plan.ts';
import { chooseSample, type Sample } from '../table/sample.ts';
import { InputFile, type TableFiles } from '../table/table-files.ts';
import { cuts } from '../text/boundaries.ts';
import { type Encoding, unitLength } from '../text/encoding.ts';
import type { Grammar } from '../text/rows.ts';
import type { Column, TableSlice } from '../types.ts';
import { isJsonObject, type JsonTyper, jsonTyper, parseJsonLine, wholeFraction, wholeFractions } from '../typing/json.ts';

export interface JsonLinesOptions {
  readonly encoding: Encoding;
  readonly badRows: 'error' | 'drop';
}

/** Lines are lines: a line end is never inside a string of JSON. */
const grammar: Grammar = {
  delimiter: ',',
  quote: null,
  multiline: false,
  bareCarriageReturn: false,
  blankLinesAreEmpty: false,
  zeroBytes: 'error',
};

/** Decides the columns of files of JSON lines: all keys of a sample, in order of appearance. `keep`: the columns whose values are wanted. */
export async function planJsonLines(files: TableFiles, options: JsonLinesOptions, keep: Keep = () => false): Promise<FormatPlan> {
  const sample = await chooseSample(files);
  const typers = new Map<string, JsonTyper>();
  const kept = new Map<string, unknown[]>();
  let rows = 0;
  const see = (row: Readonly<Record<string, unknown>>, fractions: ReadonlySet<string>): void => {
    for (const key of Object.keys(row)) {
      if (typers.has(key)) continue;
      const typer = jsonTyper();
      if (rows > 0) typer.see(null);
      typers.set(key, typer);
      if (keep(key)) kept.set(key, rows > 0 ? [null] : []);
    }
    for (const [key, typer] of typers) typer.see(fractions.has(key) ? wholeFraction : Object.hasOwn(row, key) ? row[key] : null);
    for (const [key, values] of kept) values.push(row[key] ?? null);
    rows += 1;
  };
  const last = await lookAtLines(files, sample, options, see);
  if (rows === 0 && options.badRows === 'error' && last !== undefined) throw noObjects(last);
  if (rows > 0 && typers.size === 0) throw noKeys(files.paths[0] ?? '');
  return {
    format: { kind: 'json_lines', encoding: options.encoding, badRows: options.badRows },
    columns: [...typers].map(([name, typer]) => settle({ name, ...typer.decide() }, sample)),
    typesHint: typesHint(sample),
    notices: [],
    readsAlike: async () => true,
    sampled: (name) => kept.get(name) ?? [],
    async *pieces(path, size): AsyncGenerator<TableSlice> {
      const file = await InputFile.open(files, path);
      try {
        const head = await readHead(file, options.encoding, grammar, false);
        let { start } = head;
        for await (const end of cuts({ file, start, end: head.end, encoding: options.encoding }, size, grammar)) {
          yield { kind: 'bytes', path, start, end, ...file.slice };
          start = end;
        }
      } finally {
        await file.close();
      }
    },
  };
}

/** Returns a file that has lines, if there is one. */
async function lookAtLines(
  files: TableFiles,
  sample: Sample,
  options: JsonLinesOptions,
  see: (row: Readonly<Record<string, unknown>>, fractions: ReadonlySet<string>) => void,
): Promise<string | undefined> {
  const pace = createPace();
  let withLines: string | undefined;
  for (const place of sample.places) {
    const { name, bytes } = await InputFile.use(files, place.path, async (file) => {
      const head = await readHead(file, options.encoding, grammar, false);
      const start = Math.max(place.start, head.start);
      const block = Buffer.allocUnsafe(Math.max(0, Math.min(place.length, head.end - start)));
      const found = block.subarray(0, await file.read(block, start));
      return { name: file.name, bytes: start > head.start ? found.subarray(afterFirstLine(found, unitLength(options.encoding))) : found };
    });
    const text = decodeWholeLines(name, bytes, place.start, options.encoding, place.last, 'error');
    if (/^\s*\[/.test(text) && place.start === 0) throw jsonArray(name);
    for (const line of text.split('\n')) {
      if (/\S/.test(line)) withLines ??= name;
      const row = parse(line);
      if (row !== undefined) see(row, wholeFractions(line));
      if (pace.due()) await pace.pause();
    }
  }
  return withLines;
}

/** Lines that are no objects are told by whoever reads them as a mini-batch. */
function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  if (line === '') return undefined;
  try {
    const row = parseJsonLine(line);
    return isJsonObject(row) ? row : undefined;
  } catch {
    return undefined;
  }
}

function afterFirstLine(bytes: Buffer, unit: 1 | 2): number {
  const feed = bytes.indexOf(unit === 1 ? '\n' : '\n\0');
  return feed < 0 ? bytes.length : feed + unit;
}

/** As for delimited text: what a sample cannot know is allowed for where it costs nothing. */
function settle(column: Column, { whole }: Sample): Column {
  if (whole) return column;
  const anyNull = column.type === 'string' || column.type === 'float' || column.type === 'object';
  return anyNull ? { ...column, nullable: true } : column;
}

function typesHint({ whole }: Sample): string {
  return whole
    ? 'The columns and their types come from all lines, as they were when the job was planned.'
    : 'The columns and their types come from a sample of the lines; give the value the same kind in all of them.';
}

function noKeys(path: string): RequestError {
  return new RequestError({ code: 'no-columns', message: 'No object has a key, so the table has no column.', file: path });
}

function jsonArray(path: string): RequestError {
  return new RequestError({
    code: 'no-json-lines',
    message: 'The file starts with [, so it is one list, not one JSON object on each line.',
    file: path,
    hint: 'Write each element on a line of its own, without the brackets and commas (jq -c ".[]").',
  });
}

function noObjects(path: string): RequestError {
  return new RequestError({
    code: 'no-json-lines',
    message: 'None of the lines that were looked at is a JSON object.',
    file: path,
    hint: 'Write one object on each line (jq -c .).',
  });
}
