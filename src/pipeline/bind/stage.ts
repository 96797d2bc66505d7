/** Brings data that is not on this machine into the step's folder, but for what its workers get a piece at a time. */
import { existsSync, mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import type { KeptFiles } from '../../data/fetch/kept-files.ts';
import { mltableName } from '../../data/mltable/find.ts';
import type { DataStore } from '../../data/stores/store.ts';
import { look, type Seen, type Watched, watched, watchedTable } from '../../data/stores/watched.ts';
import type { Brought } from '../../data/types.ts';
import { messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';
import type { DataType, TableView } from '../../language/types.ts';
import type { AssetResolver } from '../../store/assets.ts';
import type { StepLayout } from '../../store/layout.ts';
import { openFar, readableThere } from './far-input.ts';
import type { BoundInput } from './inputs.ts';
import { locate } from './locate.ts';
import type { FarData } from './open-object.ts';

/** An input whose data is at hand. */
export type StagedInput =
  | Extract<BoundInput, { kind: 'literal' }>
  | (Omit<Extract<BoundInput, { kind: 'data' }>, 'location' | 'mode' | 'view'> & {
      readonly path: string;
      /** Whose content decides a result, where it is not what stands at `path`. */
      readonly source?: string;
      /** What an MLTable there names that is not on this machine: where it was brought to. */
      readonly brought?: Brought;
    })
  | FarInput;

/** Workers fetch what they need of it. */
export interface FarInput extends FarData, Pick<Watched, 'seen'> {
  /** What is there now; undefined where that cannot be told from what was there at another time. */
  look(): Promise<Seen | undefined>;
  readonly kind: 'far';
  readonly name: string;
  readonly type: DataType;
  readonly read?: 'table';
}

export interface Staging {
  readonly layout: StepLayout;
  readonly kill: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly assets: AssetResolver;
  /** Its mini-batches are cut of it. */
  readonly isSplit: boolean;
  /** Has what was fetched before. */
  readonly kept: KeptFiles;
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
      return withNamed(stagedAt(input, location.path, inputs), staging);
    case 'web': {
      // A script that asks for the address itself gets what may be told of it.
      if (input.mode === 'direct' && !staging.isSplit) return { kind: 'literal', name, value: location.address };
      const { webFile } = await import('../../data/stores/https.ts');
      return stagedAt(input, await fetchOnce(input, () => webFile(location.whole()), staging), inputs);
    }
    case 'object': {
      const far = await openFar(name, location, staging.env);
      const type = await leftThere(input, far, staging.isSplit);
      return type === undefined ? stagedAt(input, await fetchOnce(input, () => far, staging), inputs) : farInput(input, type, far);
    }
  }
}

/** What an input is read as where it stays where it is; undefined for one that is brought here as a whole before the step starts. */
export async function leftThere(input: DataInput, far: FarData, isSplit: boolean): Promise<DataType | undefined> {
  if (!isSplit) return input.mode === 'direct' ? input.type : undefined;
  return input.mode === 'download' || input.mode === 'eval_download' ? undefined : readableThere(input, far);
}

/** What its planner sees of it is noted. */
export function farInput({ name, read }: DataInput, type: DataType, { store, path }: FarData): FarInput {
  const far = { kind: 'far', name, type, ...(read !== undefined && { read }), path } as const;
  if (type !== 'mltable') {
    const watching = watched(store, path);
    return { ...far, ...watching, look: () => look(watching.store, path) };
  }
  return { ...far, ...watchedTable(store, basename(path) === mltableName ? posix.dirname(path).replace(/^\.$/, '') : path) };
}

/** What an MLTable names that is not on this machine is brought here before it is split. */
async function withNamed(staged: StagedInput, staging: Staging): Promise<StagedInput> {
  if (!staging.isSplit || staged.kind !== 'data' || staged.type !== 'mltable') return staged;
  const { namedAddresses } = await import('../../data/mltable/elsewhere.ts');
  const addresses = await namedAddresses(staged.path);
  if (addresses.length === 0) return staged;
  const brought = await Promise.all(
    addresses.map(async ({ written, base }, index) => {
      const input = { name: join(`${staged.name}.elsewhere`, String(index)), type: 'uri_folder' } as const;
      const location = locate(base, 'uri_folder', staging.assets);
      const found = await stageInput({ kind: 'data', ...input, location }, { ...staging, isSplit: false });
      return found.kind === 'data' ? [[written, found.path + written.slice(base.length)] as const] : [];
    }),
  );
  return { ...staged, brought: Object.fromEntries(brought.flat()) };
}

/** @param folder takes what has to be laid out */
export function stagedAt({ location: _, mode: _mode, view, ...rest }: DataInput, path: string, folder: string): StagedInput {
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
async function fetchOnce({ name, mode }: DataInput, find: () => FarData, { layout, kill, kept }: Staging): Promise<string> {
  let from = 'its address';
  try {
    const { store, path } = find();
    from = store.describe(path);
    const target = join(layout.inputs, name);
    const file = join(target, fileName(path));
    if (existsSync(file)) return file;
    mkdirSync(target, { recursive: true });
    const seen = kept.keepsNothing ? undefined : await look(store, path, kill);
    if (seen === undefined) await fetchAll(store, path, file, kill);
    else {
      const isWritten = mode === 'download' || mode === 'rw_mount' || mode === 'eval_download';
      const same = { address: from, content: seen.content };
      await kept.once(same, file, isWritten, async () => (await fetchAll(store, path, file, kill))?.content === seen.content);
    }
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

/** A file, or all of a folder: just the versions that are told of, undefined where they have none. */
async function fetchAll(from: DataStore, path: string, file: string, kill: AbortSignal): Promise<Seen | undefined> {
  const { store, seen } = watched(from, path);
  const found = store.place.kind === 'https' ? undefined : await store.stat(path, kill);
  if (found?.kind === 'folder') {
    const { fetchFolder } = await import('../../data/stores/fetch-folder.ts');
    await fetchFolder(store, path, file, kill);
  } else {
    const { fetchFile } = await import('../../data/stores/fetch-file.ts');
    const version = found?.kind === 'file' ? found.version : undefined;
    await fetchFile(store, path, file, kill, version);
    if (store.place.kind === 'https') await store.stat(path, kill);
  }
  return seen();
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
