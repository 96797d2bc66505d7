import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import { parsePath } from '../../language/named-paths.ts';
import type { InputPlan } from '../input.ts';
import type { DeltaRead, MLTable } from '../mltable/model.ts';
import { errorAt } from '../mltable/place.ts';
import { disk } from '../stores/disk.ts';
import { planTable } from '../table/plan-table.ts';
import { planningFolder, type TableFiles } from '../table/table-files.ts';
import type { SplitInput, SplitSettings } from '../types.ts';
import { listDeltaFiles } from './delta-files.ts';

/** Plans a version of a Delta table: its Parquet files, with the columns that stand in its log alone behind theirs. */
export async function planDelta(input: SplitInput, settings: SplitSettings, table: MLTable, read: DeltaRead): Promise<InputPlan> {
  const folder = folderOf(table);
  if (!existsSync(join(folder, '_delta_log'))) throw noDeltaTable(table, folder);
  // A job that does not run yet has no Python that could be asked.
  if (settings.lookOnly === true && settings.python === undefined) return nothing(input);
  const found = await listDeltaFiles(folder, settings.python ?? 'python3', read.moment);
  const files: TableFiles = { store: disk, root: folder, paths: found.paths };
  const values = new Map(found.paths.map((path, index) => [resolve(folder, path), found.values[index] ?? []]));
  const format = { text: 'of the Delta table', repeated: [], columns: found.columns, match: (path: string) => values.get(path) };
  const plan = await planTable(input, settings, {
    files,
    open: async () => (await import('../parquet/plan-parquet.ts')).planParquet(files, planningFolder(input, settings)),
    overrides: [],
    steps: table.rowSteps,
    ...(read.pathColumn !== undefined && { pathColumn: read.pathColumn }),
    ...(found.columns.length > 0 && { partition: { format, infer: false, first: false, atRead: true } }),
  });
  return { ...plan, notices: [`The input '${input.name}' is version ${found.version} of the Delta table.`, ...plan.notices] };
}

function nothing({ name }: SplitInput): InputPlan {
  return { reader: { kind: 'none', name }, notices: [], async *chunks() {} };
}

function noDeltaTable({ paths: [entry], file }: MLTable, folder: string): RequestError {
  const message = `There is no Delta table in ${folder}: it has no folder _delta_log.`;
  return entry === undefined ? new RequestError({ code: 'missing-delta', message, file }) : errorAt(entry.place, 'missing-delta', message);
}

function folderOf({ paths, folder, file }: MLTable): string {
  const [entry, second] = paths;
  if (entry === undefined || second !== undefined) {
    throw new RequestError({
      code: 'delta-paths',
      message: `read_delta_lake reads one folder; under paths there are ${paths.length}.`,
      file,
    });
  }
  const parsed = parsePath(entry.path);
  if (entry.kind === 'pattern' || parsed.kind !== 'local') {
    throw errorAt(entry.place, 'delta-paths', 'Expected the folder of a Delta table on this machine, relative to the MLTable.');
  }
  return resolve(folder, parsed.path);
}
