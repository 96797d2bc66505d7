/** MLTable documents: how a dataset is described to the engine. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { stringify } from 'yaml';

export interface MLTable {
  readonly paths: readonly TablePath[];
  readonly transformations?: readonly Readonly<Record<string, unknown>>[];
}

/** Absolute paths of this machine. */
export type TablePath = { readonly file: string } | { readonly folder: string } | { readonly pattern: string };

/** The folder of a home where a dataset's MLTable stands. The same description has the same folder, so that finished steps can be taken again. */
export function tableFolder(home: string, table: MLTable): string {
  return join(home, 'datasets', createHash('sha256').update(tableText(table)).digest('hex').slice(0, 24));
}

export function tableText(table: MLTable): string {
  return stringify(table, { lineWidth: 0 });
}
