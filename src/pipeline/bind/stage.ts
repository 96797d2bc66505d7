/** Brings data that is not on this machine into the step's folder, but for what its workers get a piece at a time. */
import { existsSync, mkdirSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isFilePath } from '../../data/fetch/fetched-files.ts';
import type { DataStore } from '../../data/stores/store.ts';
import { messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';
import type { DataType, TableView } from '../../language/types.ts';
import type { StepLayout } from '../../store/layout.ts';
import { openFar, readableThere } from './far-input.ts';
import type { BoundInput } from './inputs.ts';
import type { FarData } from './open-object.ts';

/** An input whose data is at hand. */
export type StagedInput =
  | Extract<BoundInput, { kind: 'literal' }>
  | (Omit<Extract<BoundInput, { kind: 'data' }>, 'location' | 'view'> & {
      readonly path: string;
      /** Whose content decides a result, where it is not what stands at `path`. */
      readonly source?: string;
    })
  | FarInput;

/** Workers fetch what they need of it. */
export interface FarInput extends FarData {
  readonly kind: 'far';
  readonly name: string;
  readonly type: DataType;
}

export interface Staging {
  readonly layout: StepLayout;
  readonly kill: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Its mini-batches are cut of it. */
  readonly isSplit: boolean;
}

/**
 * Local data is used where it is; data on the web and in object stores is fetched once, also over a resume, or left there to be split.
 * @throws RequestError when it can not be fetched, the reason of `kill` when that says to stop
 */
export async function stageInput(input: BoundInput, staging: Staging): Promise<StagedInput> {
  if (input.kind === 'literal') return input;
  const { location, name } = input;
  const { inputs } = staging.layout;
  switch (location.kind) {
    case 'local':
      return stagedAt(input, location.path, inputs);
    case 'web': {
      const { webFile } = await import('../../data/stores/https.ts');
      return stagedAt(input, await fetchOnce(name, () => webFile(location.url), staging), inputs);
    }
    case 'object': {
      const far = await openFar(name, location, staging.env);
      const type = staging.isSplit ? await readableThere(input, far) : undefined;
      return type === undefined ? stagedAt(input, await fetchOnce(name, () => far, staging), inputs) : { kind: 'far', name, type, ...far };
    }
  }
}

/** @param folder takes what has to be laid out */
export function stagedAt({ location: _, view, ...rest }: DataInput, path: string, folder: string): StagedInput {
  return view === undefined ? { ...rest, path } : { ...rest, path: layTable(rest.name, path, view, folder), source: path };
}

type DataInput = Extract<BoundInput, { kind: 'data' }>;

/**
 * An MLTable over a folder, in the step's own: it names where the folder is in this run, so it must be in no output that a later
 * run could take.
 */
function layTable(name: string, folder: string, { pattern, transformations }: TableView, inputs: string): string {
  const table = join(inputs, name);
  mkdirSync(table, { recursive: true });
  const real = realpathSync(folder);
  const all = statSync(real).isDirectory() ? { folder: real } : { file: real };
  const paths = [pattern === ALL ? all : { pattern: join(real, pattern) }];
  // JSON is YAML.
  writeFileSync(join(table, 'MLTable'), `${JSON.stringify({ paths, transformations }, undefined, 2)}\n`);
  return table;
}

/** The pattern of all files at any depth. */
const ALL = '**/*';

/** The file or folder, on this machine. */
async function fetchOnce(name: string, find: () => FarData, { layout, kill }: Staging): Promise<string> {
  let from = 'its address';
  try {
    const { store, path } = find();
    from = store.describe(path);
    const target = join(layout.inputs, name);
    const file = join(target, fileName(path));
    if (existsSync(file)) return file;
    const isFolder = store.place.kind !== 'https' && (await store.stat(path, kill))?.kind === 'folder';
    if (isFolder) {
      await fetchFolder(store, path, file, kill);
      return file;
    }
    mkdirSync(target, { recursive: true });
    const { fetchFile } = await import('../../data/stores/fetch-file.ts');
    await fetchFile(store, path, file, kill);
    return file;
  } catch (cause) {
    kill.throwIfAborted();
    throw new RequestError(
      {
        code: 'fetch-failed',
        message: `The input ${name} could not be fetched from ${from}: ${messageOf(cause).replace(/\.$/, '')}.`,
        hint: 'Download it yourself and give its local path.',
      },
      { cause },
    );
  }
}

/** Files of a folder that are fetched at the same time. */
const atOnce = 32;

/** It has its name only once all of it is there; files that an earlier try brought are not fetched again. */
async function fetchFolder(store: DataStore, folder: string, target: string, kill: AbortSignal): Promise<void> {
  const { fetchFile } = await import('../../data/stores/fetch-file.ts');
  const part = `${target}.part`;
  mkdirSync(part, { recursive: true });
  for await (const files of store.list(folder, kill)) {
    let next = 0;
    const work = async (): Promise<void> => {
      for (let file = files[next++]; file !== undefined; file = files[next++]) {
        const { path } = file;
        const key = folder === '' ? path : `${folder}/${path}`;
        if (!isFilePath(path)) throw new Error(`${store.describe(key)} cannot be the path of a file on this machine`);
        if (existsSync(join(part, path))) continue;
        mkdirSync(dirname(join(part, path)), { recursive: true });
        await fetchFile(store, key, join(part, path), kill);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }
  renameSync(part, target);
}

/** Bytes of a name that every file system takes, also with what is put behind it on the way. */
const longestName = 230;

/** What the file is called here: as it is there, where that can be the name of a file. */
function fileName(path: string): string {
  const name = basename(path.replaceAll('\0', ''));
  if (name === '' || name === '.' || name === '..') return 'data';
  // The end has the extension, by which a table's format is known. A character takes three bytes at most.
  return Buffer.byteLength(name) > longestName ? name.slice(-Math.floor(longestName / 3)) : name;
}
