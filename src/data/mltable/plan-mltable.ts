import { RequestError } from '../../errors/types.ts';
import { mltableOptions } from '../delimited/options.ts';
import { planDelimited } from '../delimited/plan-delimited.ts';
import type { FileList } from '../files/file-list.ts';
import { planFiles } from '../files/plan-files.ts';
import type { InputPlan } from '../input.ts';
import { planJsonLines } from '../json-lines/plan-json-lines.ts';
import { createPace } from '../pace.ts';
import { compilePartitionFormat, type PartitionFormat } from '../partition-format.ts';
import { disk } from '../stores/disk.ts';
import { checkOnDisk } from '../stores/on-disk.ts';
import type { Listed } from '../stores/store.ts';
import { planTable } from '../table/plan-table.ts';
import { randomRows } from '../table/random.ts';
import { planningFolder, type TableFiles } from '../table/table-files.ts';
import type { TableSpec } from '../table/table-spec.ts';
import type { SplitInput, SplitSettings } from '../types.ts';
import type { FileStep, MLTable, Read, RowStep } from './model.ts';
import { listFiles } from './paths.ts';
import { errorAt } from './place.ts';
import { readFarMLTable, readMLTable } from './read-file.ts';

/** Plans what an MLTable describes: files when it only lists them, else a table. */
export async function planMLTable(input: SplitInput, settings: SplitSettings, file: string): Promise<InputPlan> {
  const { store = disk } = input;
  const table = store.place.kind === 'disk' ? readMLTable(file) : await readFarMLTable(store, file);
  if (table.read?.format === 'delta') checkOnDisk(store, file, 'Delta tables are');
  if (table.read?.format === 'delta') return (await import('../delta/plan-delta.ts')).planDelta(input, settings, table, table.read);
  const listed = afterFileSteps(await listFiles(table, store, input.brought), table.fileSteps);
  const formats = [...table.fileSteps, ...table.rowSteps].flatMap((step) => (step.op === 'partition_format' ? [step.format] : []));
  const own = input.partitionFormat === undefined ? [] : [input.partitionFormat];
  const [text, second] = [...formats, ...own];
  if (second !== undefined)
    throw new RequestError({ code: 'partition-format', message: 'There are two partition formats; only one is possible.', file });
  const format = text === undefined ? undefined : compilePartitionFormat(text);
  if (table.read === undefined) return planFiles(input, settings, listed, format);
  const files: TableFiles = { store, root: listed.root, paths: await collect(listed) };
  return planTable(input, settings, tableSpec(table, table.read, files, format, planningFolder(input, settings)));
}

/** What reads files one by one. */
type ListedRead = Exclude<Read, { format: 'delta' }>;

function tableSpec(table: MLTable, read: ListedRead, files: TableFiles, format: PartitionFormat | undefined, folder: string): TableSpec {
  const isBefore = table.fileSteps.some((step) => step.op === 'partition_format');
  const delimited = read.format === 'delimited';
  return {
    files,
    open: opener(read, files, folder),
    overrides: delimited ? read.overrides : [],
    steps: partitionFirst(table),
    ...(read.pathColumn !== undefined && { pathColumn: read.pathColumn }),
    ...(format === undefined
      ? {}
      : {
          partition: {
            format,
            infer: delimited && isBefore && read.inferTypes,
            first: delimited && isBefore,
            atRead: !table.rowSteps.some((step) => step.op === 'partition_format'),
          },
        }),
  };
}

/** Columns from paths must stand before rows are counted: behind that, rows no longer know their file. */
function partitionFirst({ rowSteps, file }: MLTable): readonly RowStep[] {
  const cut = rowSteps.findIndex((step) => step.op === 'take' || step.op === 'skip' || step.op === 'sample');
  const at = rowSteps.findIndex((step) => step.op === 'partition_format');
  const step = rowSteps[at];
  if (step === undefined || cut < 0 || at < cut) return rowSteps;
  if (rowSteps.slice(cut, at).some(({ op }) => op === 'keep' || op === 'drop' || op === 'convert')) {
    throw new RequestError({
      code: 'misplaced',
      message: 'extract_columns_from_partition_format stands behind take, skip or take_random_sample and a change of columns.',
      file,
      hint: 'Move it to the top of the transformations.',
    });
  }
  return [...rowSteps.slice(0, cut), step, ...rowSteps.slice(cut).filter((other) => other !== step)];
}

/** @param folder takes what has to be on this machine while the table is planned */
function opener(read: ListedRead, files: TableFiles, folder: string): TableSpec['open'] {
  switch (read.format) {
    case 'delimited':
      return async (keep) => {
        const overridden = read.overrides.flatMap(({ columns }) => columns);
        const plan = { ...(await planDelimited(files, { ...mltableOptions(read), asText: overridden }, keep)), notices: read.notices };
        const missing = overridden.find((name) => !plan.columns.some((column) => column.name === name));
        if (missing === undefined || files.paths.length === 0) return plan;
        const known = plan.columns.map((column) => column.name).join(', ');
        throw errorAt(
          read.place,
          'unknown-column',
          `column_type_overrides names ${JSON.stringify(missing)}, which is no column.`,
          `There are: ${known}.`,
        );
      };
    case 'json_lines':
      return (keep) => planJsonLines(files, { encoding: read.encoding, badRows: read.invalidLines }, keep);
    case 'parquet':
      return async () => (await import('../parquet/plan-parquet.ts')).planParquet(files, folder);
  }
}

/** take, skip and take_random_sample before the read count files. */
function afterFileSteps(list: FileList, steps: readonly FileStep[]): FileList {
  return steps.reduce(
    (before, step) => (step.op === 'partition_format' ? before : { root: before.root, batches: () => chosen(before, step) }),
    list,
  );
}

async function* chosen(list: FileList, step: Exclude<FileStep, { op: 'partition_format' }>): AsyncGenerator<readonly Listed[]> {
  if (step.op === 'sample') {
    const keeps = randomRows(step.probability, step.seed);
    for await (const batch of list.batches()) yield batch.filter(() => keeps());
    return;
  }
  let left = step.count;
  for await (const batch of list.batches()) {
    yield step.op === 'take' ? batch.slice(0, left) : batch.slice(left);
    left = Math.max(0, left - batch.length);
    if (step.op === 'take' && left === 0) return;
  }
}

async function collect(list: FileList): Promise<readonly string[]> {
  const pace = createPace();
  const files: string[] = [];
  for await (const batch of list.batches()) {
    for (const { path } of batch) files.push(path);
    if (pace.due()) await pace.pause();
  }
  return files;
}
