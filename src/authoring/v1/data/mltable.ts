/** MLTable documents: how a dataset is described to the engine. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** An MLTable as plain data. */
export interface MLTable {
  /** What it is made of. */
  readonly paths: readonly TablePath[];
  /** How that is read. */
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
