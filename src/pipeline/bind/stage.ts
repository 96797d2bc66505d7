/** Brings data that is not on this machine into the step's folder. */
import { existsSync, mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';
import type { TableView } from '../../language/types.ts';
import type { StepLayout } from '../../store/layout.ts';
import type { BoundInput } from './inputs.ts';

/** An input whose data is at hand. */
export type StagedInput =
  | Extract<BoundInput, { kind: 'literal' }>
  | (Omit<Extract<BoundInput, { kind: 'data' }>, 'location' | 'view'> & {
      readonly path: string;
      /** Whose content decides a result, where it is not what stands at `path`. */
      readonly source?: string;
    });

/**
 * Local data is used where it is; data on the web is fetched once, also over a resume.
 * @throws RequestError when it can not be fetched, the reason of `kill` when that says to stop
 */
export async function stageInput(input: BoundInput, layout: StepLayout, kill: AbortSignal): Promise<StagedInput> {
  if (input.kind === 'literal') return input;
  const { location, name } = input;
  return stagedAt(input, location.kind === 'local' ? location.path : await stageFile(name, location.url, layout, kill), layout.inputs);
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

async function stageFile(name: string, url: string, layout: StepLayout, kill: AbortSignal): Promise<string> {
  const folder = join(layout.inputs, name);
  const { webFile } = await import('../../data/stores/https.ts');
  const { fetchFile } = await import('../../data/stores/fetch-file.ts');
  let from = 'its address';
  try {
    const { store, path } = webFile(url);
    from = store.describe(path);
    const file = join(folder, fileName(path));
    if (existsSync(file)) return file;
    mkdirSync(folder, { recursive: true });
    await fetchFile(store, path, file, kill);
    return file;
  } catch (cause) {
    kill.throwIfAborted();
    throw new RequestError(
      {
        code: 'fetch-failed',
        message: `The input ${name} could not be fetched from ${from}: ${messageOf(cause)}.`,
        hint: 'Download it yourself and give its local path.',
      },
      { cause },
    );
  }
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
