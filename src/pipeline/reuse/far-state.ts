import { createHash } from 'node:crypto';
import { locate } from '../bind/locate.ts';
import { openObject } from '../bind/open-object.ts';
import type { JobContext } from '../context.ts';

/** The keys and versions of what is at an address, in one hash; undefined: nothing is. Rejects with a StoreError or RequestError. */
export async function stateAt(address: string, { assets, outputs, here, control }: JobContext): Promise<string | undefined> {
  const location = locate(address, 'uri_folder', assets);
  if (location.kind !== 'object') return undefined;
  const known = [...outputs.values()].flat().find(({ far }) => far?.address === address)?.far;
  // A signature that stood in the address is told by nobody else.
  const { store, path } = await openObject(known ?? location, here.environmentVariables);
  const found = await store.stat(path, control.kill);
  if (found === undefined) return undefined;
  const hash = createHash('sha256');
  if (found.kind === 'file') return hash.update(found.version ?? '').digest('hex');
  for await (const files of store.list(path, control.kill)) {
    hash.update(files.map(({ path, version }) => `${path}\0${version ?? ''}\n`).join(''));
  }
  return hash.digest('hex');
}
