import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { planInputs } from '../../../src/data/plan.ts';
import { openReader } from '../../../src/data/read/reader.ts';
import type { Table } from '../../../src/data/read/table.ts';
import type { Column, PlannedMiniBatch, SplitInput, SplitSettings, TableReader } from '../../../src/data/types.ts';
import { parseMiniBatchSize } from '../../../src/language/mini-batch-size.ts';

/** A folder that is gone after the test. */
export function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'prl-data-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

export interface Planned {
  readonly miniBatches: readonly PlannedMiniBatch[];
  readonly notices: readonly string[];
  readonly reader: TableReader;
  readonly columns: readonly Column[];
  readonly tables: readonly Table[];
  /** The rows of all mini-batches, in order. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Sizes as they are written in a file. */
export type GivenSettings = Partial<Omit<SplitSettings, 'miniBatchSize'>> & { readonly miniBatchSize?: string };

export function splitSettings(scratch: string, { miniBatchSize = '0', ...settings }: GivenSettings = {}): SplitSettings {
  const size = parseMiniBatchSize(miniBatchSize);
  if (size === undefined) throw new Error(`${miniBatchSize} is no size`);
  return { partitionKeys: [], rankMiniBatchCount: 0, scratch, miniBatchSize: size, ...settings };
}

/** Plans an input and reads every mini-batch of it. */
export async function planTable(path: string, settings: GivenSettings = {}, input: Partial<SplitInput> = {}): Promise<Planned> {
  const scratch = mkdtempSync(join(tmpdir(), 'prl-scratch-'));
  onTestFinished(() => rmSync(scratch, { recursive: true, force: true }));
  const type = path.includes('.') && !path.endsWith('/MLTable') ? 'uri_file' : 'mltable';
  const plan = await planInputs([{ name: 'in', type, path, ...input }], splitSettings(scratch, settings));
  const miniBatches = await all(plan.miniBatches);
  const [reader] = plan.readers;
  if (reader?.kind !== 'table') throw new Error(`expected a table, found ${reader?.kind}`);
  const source = await openReader(reader);
  const tables: Table[] = [];
  for (const { slice } of miniBatches) tables.push(await source.read(slice));
  return {
    miniBatches,
    notices: plan.notices,
    reader,
    columns: reader.outputColumns,
    tables,
    rows: tables.flatMap((table) => table.toArray()),
  };
}

/** An MLTable over files, all in one new folder. */
export function mltable(files: Readonly<Record<string, string | Uint8Array>>, yaml: string, settings?: GivenSettings): Promise<Planned> {
  const root = folder({ ...files, MLTable: yaml });
  return planTable(join(root, 'MLTable'), settings);
}

export function csv(text: string | Uint8Array, miniBatchSize = '1mb'): Promise<Planned> {
  return planTable(join(folder({ 'a.csv': text }), 'a.csv'), { miniBatchSize });
}

export async function all(chunks: AsyncIterable<readonly PlannedMiniBatch[]>): Promise<readonly PlannedMiniBatch[]> {
  const found: PlannedMiniBatch[] = [];
  for await (const chunk of chunks) found.push(...chunk);
  return found;
}

/** `name:type`, with a question mark where there may be nulls. */
export function types(columns: readonly Column[]): string {
  return columns.map(({ name, type, nullable }) => `${name}:${type}${nullable ? '?' : ''}`).join(' ');
}
