import { createHash } from 'node:crypto';
import { openObjectStore } from '../../data/stores/object/open.ts';
import { locate } from '../bind/locate.ts';
import type { JobContext } from '../context.ts';

/** The keys and versions of what is at an address, in one hash; undefined: nothing is. Rejects with a StoreError or RequestError. */
export async function stateAt(address: string, { assets, outputs, here, control }: JobContext): Promise<string | undefined> {
  const location = locate(address, 'uri_folder', assets);
  if (location.kind !== 'object') return undefined;
  const known = [...outputs.values()].flat().find(({ far }) => far?.address === address)?.far;
  const secret = location.secret ?? known?.secret;
  const store = await openObjectStore(location.place, { env: here.environmentVariables, ...(secret !== undefined && { secret }) });
  const found = await store.stat(location.path, control.kill);
  if (found === undefined) return undefined;
  const hash = createHash('sha256');
  if (found.kind === 'file') return hash.update(found.version ?? '').digest('hex');
  for await (const files of store.list(location.path, control.kill)) {
    hash.update(files.map(({ path, version }) => `${path}\0${version ?? ''}\n`).join(''));
  }
  return hash.digest('hex');
}
