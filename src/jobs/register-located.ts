/** Registers data and models, which lie somewhere. */
import { existsSync } from 'node:fs';
import { RequestError } from '../errors/types.ts';
import { parsePath } from '../language/named-paths.ts';
import { locate } from '../pipeline/bind/locate.ts';
import type { Asset, NewAsset } from '../store/assets.ts';
import type { RunStore } from '../store/store.ts';

type Located = Extract<NewAsset, { readonly kind: 'data' | 'model' }>;

/**
 * Data may come later to where it is registered, or be known to a cloud alone; what a job has made, and a model, must be there.
 * @throws RequestError for one that is not, and for a version that is registered with another content
 */
export function registerLocated(store: RunStore, asset: Located): Asset {
  if (asset.kind === 'model' || parsePath(asset.path).kind === 'job_output') {
    const place = locate(asset.path, asset.type, store.assets);
    if (place.kind === 'local' && !existsSync(place.path)) {
      throw new RequestError({ code: 'missing-path', message: `There is nothing at ${place.path} (${asset.path}).`, path: 'path' });
    }
  }
  return store.assets.register(asset);
}
