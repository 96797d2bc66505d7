/** A file, or the files of a folder, as one table: delimited text by pandas' rules, the other formats by what they say themselves. */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import { pandasOptions } from '../delimited/options.ts';
import { planDelimited } from '../delimited/plan-delimited.ts';
import type { InputPlan } from '../input.ts';
import { planJsonLines } from '../json-lines/plan-json-lines.ts';
import { compilePartitionFormat } from '../partition-format.ts';
import { disk } from '../stores/disk.ts';
import type { SplitInput, SplitSettings } from '../types.ts';
import { delimiterOf, delimiters } from './delimiter.ts';
import { endingInWords, type KnownFile, knownEndings, knownFile, type PlainFormat } from './known-formats.ts';
import { planTable } from './plan-table.ts';
import { planningFolder, type TableFiles } from './table-files.ts';
import type { TableSpec } from './table-spec.ts';
import { unpack } from './unpack.ts';

/** @throws RequestError that names the known formats where the file's is not known */
export async function planPlainFile(input: SplitInput, settings: SplitSettings): Promise<InputPlan> {
  const { store = disk, path } = input;
  const known = knownFile(path);
  if (known === undefined) {
    throw new RequestError({
      code: 'unknown-format',
      message: `The input '${input.name}' is one file, so it is read as a table, but ${endingInWords(path)}. Known are ${knownEndings}.`,
      hint: 'For other text write an MLTable with read_delimited or read_json_lines; for a list of files give a folder (type uri_folder).',
    });
  }
  const name = basename(path);
  return planFiles(input, settings, { store, root: path === name ? '' : dirname(path), paths: [name] }, known);
}

/** All files of a folder as one table; names that begin with a dot or an underscore are left out, as others do. */
export async function planFolderAsTable(input: SplitInput, settings: SplitSettings): Promise<InputPlan> {
  const { store = disk, path: root } = input;
  const paths: string[] = [];
  for await (const batch of store.list(root)) {
    for (const { path } of batch) if (!path.split('/').some((part) => /^[._]/.test(part))) paths.push(path);
  }
  const [first] = paths;
  const known = first === undefined ? undefined : knownFile(first);
  if (first === undefined || known === undefined) {
    throw new RequestError({
      code: 'unknown-format',
      message: `The input '${input.name}' is to be read as a table, but ${first === undefined ? 'there is no file in it' : endingInWords(first)}. Known are ${knownEndings}.`,
      hint: 'For other text write an MLTable with read_delimited or read_json_lines; without `read: table` each file is an item.',
    });
  }
  const other = paths.find((path) => knownFile(path)?.format !== known.format);
  if (other === undefined) {
    const compressed = paths.find((path) => knownFile(path)?.compression !== undefined);
    return planFiles(input, settings, { store, root, paths }, compressed === undefined ? known : (knownFile(compressed) ?? known));
  }
  throw new RequestError({
    code: 'unknown-format',
    message: `The input '${input.name}' is to be read as one table, but holds files of several kinds: ${first} and ${other}.`,
    hint: 'Keep one kind in the folder, or write an MLTable with a pattern of the files that are meant.',
  });
}

async function planFiles(input: SplitInput, settings: SplitSettings, packed: TableFiles, known: KnownFile): Promise<InputPlan> {
  if (known.compression === undefined) return planUnpacked(input, settings, packed, known.format);
  const { lookOnly = false, scratch } = settings;
  const folder = lookOnly ? await mkdtemp(join(tmpdir(), 'prl-look-')) : join(scratch, input.name, 'unpacked');
  try {
    const files = await unpack(packed, folder, lookOnly);
    return await planUnpacked(input, settings, files, known.format).catch((error: unknown) => {
      throw error instanceof RequestError ? asPacked(error, files, packed) : error;
    });
  } finally {
    if (lookOnly) rmSync(folder, { recursive: true, force: true });
  }
}

/** What is wrong with a file that we wrote is wrong with the one that it came from. */
function asPacked(error: RequestError, unpacked: TableFiles, packed: TableFiles): RequestError {
  const { store, root } = packed;
  const names = new Map(
    unpacked.paths.map((path, index) => [join(unpacked.root, path), store.describe(join(root, packed.paths[index] ?? ''))]),
  );
  const problems = error.problems.map((problem) => ({
    ...problem,
    ...(problem.file !== undefined && { file: names.get(problem.file) ?? problem.file }),
  }));
  return new RequestError(problems, { cause: error });
}

async function planUnpacked(input: SplitInput, settings: SplitSettings, files: TableFiles, format: PlainFormat): Promise<InputPlan> {
  const { partitionFormat } = input;
  const { open, notice } = await opener(format, files, planningFolder(input, settings));
  const plan = await planTable(input, settings, {
    files,
    open,
    overrides: [],
    steps: [],
    ...(partitionFormat === undefined
      ? {}
      : { partition: { format: compilePartitionFormat(partitionFormat), infer: false, first: false, atRead: true } }),
  });
  return notice === undefined ? plan : { ...plan, notices: [...plan.notices, `The input '${input.name}' ${notice}`] };
}

/** @param folder takes what has to be on this machine while the table is planned */
async function opener(
  format: PlainFormat,
  files: TableFiles,
  folder: string,
): Promise<{ readonly open: TableSpec['open']; readonly notice?: string }> {
  switch (format) {
    case 'csv':
      return { open: (keep) => planDelimited(files, pandasOptions(','), keep) };
    case 'tsv':
      return { open: (keep) => planDelimited(files, pandasOptions('\t'), keep) };
    case 'text': {
      const delimiter = await delimiterOf(files);
      const words = delimiters.find(([known]) => known === delimiter)?.[1] ?? '';
      return {
        open: (keep) => planDelimited(files, pandasOptions(delimiter), keep),
        notice: `is read as a table with ${words} between cells and names in the first line.`,
      };
    }
    case 'json_lines':
      return { open: (keep) => planJsonLines(files, { encoding: 'utf-8', badRows: 'error' }, keep) };
    case 'parquet':
      return { open: async () => (await import('../parquet/plan-parquet.ts')).planParquet(files, folder) };
  }
}
