import { RequestError } from '../../errors/types.ts';
import { type TableSize, tableSizeOf } from '../../language/mini-batch-size.ts';
import type { InputPlan, UnnumberedMiniBatch } from '../input.ts';
import { select } from '../mltable/model.ts';
import { checkPartitionKeys } from '../partition-keys.ts';
import type { Column, SplitInput, SplitSettings, TablePiece } from '../types.ts';
import { fileConstants } from './constants.ts';
import { materialize, type RowCut } from './materialize.ts';
import { groupByPath, regroup } from './partition.ts';
import { type PlannedTable, slicesIn, slicesOf } from './planned-table.ts';
import { readAhead } from './read-ahead.ts';
import { Steps } from './steps.ts';
import type { TableSpec } from './table-spec.ts';

/** Decides how a table is read, does on disk what cannot be done slice by slice, and cuts it into mini-batches. */
export async function planTable(input: SplitInput, settings: SplitSettings, spec: TableSpec): Promise<InputPlan> {
  const size = tableSizeOf(settings.miniBatchSize);
  const { scratch, partitionKeys: keys, lookOnly = false } = settings;
  const table = await prepare(
    input,
    lookOnly ? { ...spec, steps: spec.steps.filter((step) => !isCut(step)) } : spec,
    `${scratch}/${input.name}`,
  );
  const { reader } = table;
  if (lookOnly) await table.plan.close?.();
  const notices = [...table.notices, ...sizeNotices(settings, input.name)];
  if (keys.length === 0) return { reader, notices, chunks: () => thenClose(bySize(table, size), table) };
  const byPath = keys.every((key) => table.constantColumns.some((column) => column.name === key));
  if (byPath) return { reader, notices, chunks: () => thenClose(groupByPath(table, keys), table) };
  checkPartitionKeys(
    keys,
    reader.outputColumns.map((column) => column.name),
    input.name,
  );
  const grouped = await regroup(table, keys, `${scratch}/${input.name}`);
  return { reader: grouped.reader, notices, chunks: () => thenClose(grouped.chunks(), table) };
}

async function* thenClose<T>(chunks: AsyncIterable<T>, { plan }: PlannedTable): AsyncGenerator<T> {
  try {
    yield* chunks;
  } finally {
    await plan.close?.();
  }
}

/** A number counts bytes here, which nobody means who writes so small a one. */
const fewBytes = 4096;

function sizeNotices({ miniBatchSize: size, partitionKeys }: SplitSettings, input: string): readonly string[] {
  if (size.kind !== 'number' || size.number > fewBytes || partitionKeys.length > 0) return [];
  return [
    `The input '${input}' is a table, so mini_batch_size ${size.number} is about ${size.number} bytes of it; for rows write "${size.number} rows".`,
  ];
}

async function prepare(input: SplitInput, spec: TableSpec, scratch: string): Promise<PlannedTable> {
  const plan = await spec.open((column) => isConverted(column, spec));
  const constants = fileConstants(spec, input.name);
  const steps = new Steps(plan);
  if (spec.partition?.atRead === true) steps.constantColumns(constants.columns, spec.partition.first);
  if (spec.pathColumn !== undefined) steps.pathColumn(spec.pathColumn);
  for (const { columns, to } of spec.overrides) steps.convert(columns, to);
  const cutAt = spec.steps.findIndex(isCut);
  const now = cutAt < 0 ? spec.steps : spec.steps.slice(0, cutAt);
  for (const step of now) {
    if (step.op === 'partition_format') steps.constantColumns(constants.columns, false);
    else if (!isCut(step)) steps.add(step);
  }
  if (steps.columns.length === 0 && plan.columns.length > 0) throw noColumns(input.name);
  const { place } = spec.files.store;
  const table: PlannedTable = {
    reader: {
      kind: 'table',
      name: input.name,
      ...(place.kind === 'disk' ? {} : { store: place }),
      root: spec.files.root,
      format: plan.format,
      columns: plan.columns,
      transformations: steps.transformations,
      outputColumns: steps.transformations.length === 0 ? steps.columns : steps.columns.map(asMoments),
      typesHint: spec.typesHint ?? plan.typesHint,
    },
    plan,
    files: spec.files,
    constantColumns: constants.columns,
    constants: new Map(constants.values.map((values, index) => [index, values])),
    notices: [...plan.notices, ...partitionNotices(spec), ...steps.notices],
  };
  if (cutAt < 0) return table;
  const cuts = spec.steps.slice(cutAt);
  const end = cuts.findIndex((step) => !isCut(step));
  const rest = end < 0 ? [] : cuts.slice(end);
  const written = await materialize(table, (end < 0 ? cuts : cuts.slice(0, end)).filter(isCut), scratch);
  await table.plan.close?.();
  const next = await prepare(input, { ...written, steps: rest }, `${scratch}/next`);
  return { ...next, notices: [...table.notices, ...next.notices] };
}

function partitionNotices({ partition }: TableSpec): readonly string[] {
  return (partition?.format.repeated ?? []).map(
    (name) => `{${name}} stands twice in the partition format; the values are those of the first place.`,
  );
}

/** Behind a transformation days are date-times, as in MLTable. */
function asMoments({ days: _, ...column }: Column): Column {
  return column;
}

function noColumns(input: string): RequestError {
  return new RequestError({
    code: 'no-columns',
    message: `The transformations of the input '${input}' leave no column.`,
    hint: 'keep_columns and drop_columns take names as they stand in the header, upper and lower case told apart.',
  });
}

function isCut(step: TableSpec['steps'][number]): step is RowCut {
  return step.op === 'take' || step.op === 'skip' || step.op === 'sample';
}

function isConverted(column: string, { overrides, steps }: TableSpec): boolean {
  if (overrides.some(({ columns }) => columns.includes(column))) return true;
  return steps.some((step) => step.op === 'convert' && step.conversions.some(({ columns }) => select(columns, [column]).length > 0));
}

const largestChunk = 256;

async function* bySize(table: PlannedTable, size: TableSize): AsyncGenerator<readonly UnnumberedMiniBatch[]> {
  let chunkSize = 1;
  let chunk: UnnumberedMiniBatch[] = [];
  for await (const slice of slicesOfAll(table, size)) {
    const items = filters(table) ? undefined : rowsIn(slice);
    chunk.push({ slice, ...(items !== undefined && { items }) });
    if (chunk.length < chunkSize) continue;
    yield chunk;
    chunk = [];
    chunkSize = Math.min(2 * chunkSize, largestChunk);
  }
  if (chunk.length > 0) yield chunk;
}

/** Undefined where only whoever reads them can tell. */
function rowsIn(piece: TablePiece): number | undefined {
  return slicesIn(piece).reduce<number | undefined>(
    (sum, slice) => (slice.kind === 'rows' && sum !== undefined ? sum + slice.end - slice.start : undefined),
    0,
  );
}

function filters({ reader }: PlannedTable): boolean {
  return reader.transformations.some(({ op }) => op === 'filter');
}

/** Files that are opened before it is their turn. */
const openAhead = 16;

function slicesOfAll(table: PlannedTable, size: TableSize): AsyncGenerator<TablePiece> {
  function* files(): Generator<AsyncIterable<TablePiece>> {
    for (const file of table.files.paths.keys()) yield slicesOf(table, file, size);
  }
  return readAhead(files(), openAhead);
}
