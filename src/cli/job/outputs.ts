import type { FirstRow } from '../../data/first-rows.ts';
import { formatBytes, formatNumberOf } from '../../events/format.ts';
import { type OutputShown, outputsOfJob } from '../../jobs/outputs.ts';
import { tell } from '../errors.ts';
import { withStore } from '../open.ts';
import type { ResultOptions } from '../options.ts';
import { printResult } from '../output/output.ts';
import { columns } from '../output/table.ts';
import { nearPath } from '../terminal/near-path.ts';
import { span, truncate } from '../terminal/text.ts';
import { chosenJob } from './chosen.ts';

export async function outputs(argument: string | undefined, options: ResultOptions & { readonly name?: string }): Promise<void> {
  await withStore(async (store) => {
    const { name } = chosenJob(store, argument, options);
    const found = await outputsOfJob(store, name);
    const width = (process.stdout.isTTY ? process.stdout.columns : undefined) ?? Number.POSITIVE_INFINITY;
    await printResult(found, options, () => found.map((each) => draw(each, width)).join('\n\n'));
    if (found.length === 0) tell(`Job ${name} has no outputs yet.`);
  });
}

function draw({ name, type, path, state, files, bytes, more, first_rows: rows, first_rows_of: file }: OutputShown, width: number): string {
  const count = more === true ? `more than ${formatNumberOf(files, 'file')}` : formatNumberOf(files, 'file');
  const size = state === 'missing' ? 'nothing is there' : `${type === 'uri_file' ? '' : `${count}, `}${formatBytes(bytes)}`;
  const word = state === 'unfinished' ? ', not finished' : '';
  const head = [`${name}  ${nearPath(path)}`, `  ${type}, ${size}${word}${file === undefined ? '' : `; of ${file}:`}`];
  return [...head, ...drawRows(rows).map((row) => `    ${row}`)].map((line) => truncate(span(line).text, width)).join('\n');
}

function drawRows(rows: readonly FirstRow[]): readonly string[] {
  const [first] = rows;
  if (first === undefined || typeof first === 'string') return rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row)));
  const names = Object.keys(first);
  const cells = rows.map((row) => names.map((name) => (typeof row === 'string' ? row : cell(row[name]))));
  return columns(names, cells).split('\n');
}

function cell(value: unknown): string {
  return typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value);
}
