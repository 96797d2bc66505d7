import { look } from '../../data/stores/watched.ts';
import { locate } from '../bind/locate.ts';
import { openObject } from '../bind/open-object.ts';
import type { JobContext } from '../context.ts';

/** What tells everything at an address from what else could be there; undefined: nothing is. Rejects with a StoreError or RequestError. */
export async function stateAt(address: string, { assets, outputs, here, control }: JobContext): Promise<string | undefined> {
  const location = locate(address, 'uri_folder', assets);
  if (location.kind !== 'object') return undefined;
  // A signature that stood in the address is told by nobody else.
  const known = [...outputs.values()].flat().find(({ far }) => far?.address === address)?.far;
  const { store, path } = await openObject(known ?? location, here.environmentVariables);
  return (await look(store, path, control.kill))?.content;
}
