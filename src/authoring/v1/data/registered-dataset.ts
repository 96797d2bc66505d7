/** Datasets under names in a home. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { isErrno } from '../../../errors/thrown.ts';
import { withHome } from '../../client/home.ts';
import { invalid } from '../invalid.ts';
import { arranged } from '../options/arranged.ts';
import { Options, type Shape } from '../options/judge.ts';
import { flag, instance, nonEmptyText, optional, record, text } from '../options/rules.ts';
import { Workspace } from '../workspace.ts';
import { type MLTable, tableFolder, tableText } from './mltable.ts';

/** How a dataset is registered. */
export interface RegisterOptions {
  /** For people. */
  readonly description?: string | undefined;
  /** For people and filters. Default: none. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Another dataset than the one that has the name becomes its next version; false (the default): it is refused. */
  readonly createNewVersion?: boolean | undefined;
}

/** The arguments of `register`, one by one or as one object. */
export type RegisterArguments =
  | readonly [workspace: Workspace, name: string, options?: RegisterOptions]
  | readonly [workspace: Workspace, name: string, description: string | undefined, options?: Omit<RegisterOptions, 'description'>]
  | readonly [options: RegisterOptions & WorkspaceAndName];

/** Where a dataset is registered, and as what. */
export interface WorkspaceAndName {
  /** Where. */
  readonly workspace: Workspace;
  /** Under which name. */
  readonly name: string;
}

const SHAPE: Shape<RegisterOptions & WorkspaceAndName> = {
  workspace: instance(Workspace),
  name: nonEmptyText,
  description: optional(text),
  tags: optional(record(text)),
  createNewVersion: optional(flag),
};

/** Writes the description into the home, once, and gives its folder. */
export function writeTable(home: string, table: MLTable): string {
  const folder = tableFolder(home, table);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'MLTable'), tableText(table));
  return folder;
}

/** `data`: a folder of files or of an MLTable, or a description that is written into the home. */
export async function registerDataset(of: string, data: string | MLTable, given: RegisterArguments): Promise<void> {
  const judge = new Options(of, SHAPE);
  const { workspace, name, ...options } = judge.judge(arranged(of, judge.names, given));
  await withHome(workspace.home, (store) => {
    const path = typeof data === 'string' ? data : writeTable(workspace.home, data);
    const { description, tags = {} } = options;
    const isTable = typeof data !== 'string' || isTableFolder(data);
    const [latest] = store.assets.list('data', { name });
    if (latest?.kind === 'data' && latest.path === path) return;
    if (latest !== undefined && options.createNewVersion !== true) {
      throw invalid('name', `Another dataset is registered as ${name}.`, 'Give createNewVersion: true to make this one its next version.');
    }
    store.assets.register({
      kind: 'data',
      name,
      type: isTable ? 'mltable' : 'uri_folder',
      path,
      tags,
      ...(description !== undefined && { description }),
    });
  });
}

export interface RegisteredDataset {
  readonly path: string;
  readonly form: 'folder' | 'file-table' | 'table';
}

/** @throws RequestError when it is not registered. */
export async function registeredDataset(
  workspace: Workspace,
  name: string,
  version: string | number | undefined,
): Promise<RegisteredDataset> {
  return withHome(workspace.home, (store) => {
    const which = version === undefined || version === 'latest' ? { label: 'latest' } : { version: String(version) };
    const { path, type } = store.assets.resolve('data', name, which);
    if (type !== 'mltable') return { path, form: 'folder' };
    return { path, form: readsRows(path) ? 'table' : 'file-table' };
  });
}

function isTableFolder(path: string): boolean {
  return tableOf(path) !== undefined;
}

function readsRows(folder: string): boolean {
  const table = tableOf(folder);
  const steps = typeof table === 'object' && table !== null && 'transformations' in table ? table.transformations : [];
  return Array.isArray(steps) && steps.some((step) => Object.keys(Object(step)).some((key) => key.startsWith('read_')));
}

function tableOf(folder: string): unknown {
  try {
    return parse(readFileSync(join(folder, 'MLTable'), 'utf8'));
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
