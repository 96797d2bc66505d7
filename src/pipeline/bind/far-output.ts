/** Outputs in object stores. */
import { basename, dirname } from 'node:path';
import type { ObjectWriter } from '../../data/stores/object/writer.ts';
import { StoreError } from '../../data/stores/store.ts';
import { RequestError } from '../../errors/types.ts';
import type { BoundOutput, FarPlace } from './outputs.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws StoreError where the settings of the environment cannot be read */
export async function openFarOutput({ place, access, owner }: FarPlace, env: Environment): Promise<ObjectWriter> {
  const { openObjectWriter } = await import('../../data/stores/object/open.ts');
  const secret = access?.();
  return openObjectWriter(place, { env, ...(secret !== undefined && { secret }), ...(owner !== undefined && { owner }) });
}

/** The folder on this machine whose files go up, and what their keys begin with. */
export function uploadRoots({ path, isFile }: BoundOutput, far: FarPlace): { readonly folder: string; readonly prefix: string } {
  if (!isFile) return { folder: path, prefix: far.path };
  const name = basename(path);
  return { folder: dirname(path), prefix: far.path.slice(0, -name.length).replace(/\/$/, '') };
}

/** A file of the output, in its store. */
export function fileIn({ isFile }: BoundOutput, far: FarPlace, file: string): { readonly key: string; readonly address: string } {
  if (isFile) return { key: far.path, address: far.address };
  const name = basename(file);
  return { key: `${far.path}${far.path === '' ? '' : '/'}${name}`, address: `${far.address}/${name}` };
}

/** What could not be written when the step has ended, is told before it has begun. @throws RequestError that names the output */
export async function checkFarOutput(output: BoundOutput, env: Environment, kill: AbortSignal): Promise<void> {
  const { name, path, far } = output;
  if (far === undefined || far.isDirect) return;
  try {
    const writer = await openFarOutput(far, env);
    await writer.probe(fileIn(output, far, path).key, kill);
  } catch (cause) {
    kill.throwIfAborted();
    if (!(cause instanceof StoreError)) throw cause;
    const message = `The output ${name} can not be written to ${far.address}: ${cause.message}.`;
    throw new RequestError({ code: 'unwritable-output', message, hint: 'Mend that, or give it another path.' }, { cause });
  }
}
