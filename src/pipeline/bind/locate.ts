/** From the way a job names data to a path on this machine. */
import { isAbsolute, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RequestError } from '../../errors/types.ts';
import type { DataType } from '../../language/types.ts';
import type { AssetResolver, AssetVersion } from '../../store/assets.ts';

export type Location =
  | { readonly kind: 'local'; readonly path: string }
  /** To be fetched before the step starts. */
  | { readonly kind: 'web'; readonly url: string };

/** Assets that name assets: deeper than anybody means. */
const maxHops = 8;

/**
 * @param type what the input is declared as: a model's name is looked up among models first.
 * @throws RequestError for a place that only the cloud has, and for an asset that is not registered.
 */
export function locate(path: string, type: DataType, assets: AssetResolver, hops = 0): Location {
  if (hops > maxHops) throw unreachable(path, 'its registered paths name one another in a circle');
  const datastore = /^azureml:\/\/(?:.*\/)?datastores\/([^/]+)\/paths(?:\/(.*))?$/.exec(path);
  if (datastore !== null) {
    const root = assets.resolve('datastore', datastore[1] ?? '', { label: 'latest' }).path;
    return { kind: 'local', path: inside(root, datastore[2] ?? '', path) };
  }
  const asset = assetName(path);
  if (asset !== undefined) return locate(assetPath(asset, type, assets), type, assets, hops + 1);
  if (/^https?:\/\//i.test(path)) return { kind: 'web', url: path };
  if (/^file:\/\//i.test(path)) return { kind: 'local', path: fileURLToPath(path) };
  if (isAbsolute(path)) return { kind: 'local', path };
  throw unreachable(path, 'it is neither a path on this machine nor a registered asset or datastore');
}

interface AssetName {
  readonly name: string;
  readonly which: AssetVersion;
}

/** `azureml:name:version`, `azureml:name@label`, `azureml://locations/…/data/name/versions/version`. */
function assetName(path: string): AssetName | undefined {
  const long = /^azureml:\/\/.*\/(?:data|models)\/([^/]+)\/(versions|labels)\/([^/]+)$/.exec(path);
  if (long !== null) return { name: long[1] ?? '', which: versionOf(long[2] === 'versions' ? ':' : '@', long[3]) };
  const short = /^azureml:([^/:@]+)(?:([:@])(.+))?$/.exec(path);
  return short === null ? undefined : { name: short[1] ?? '', which: versionOf(short[2], short[3]) };
}

function versionOf(mark: string | undefined, text: string | undefined): AssetVersion {
  return mark === ':' ? { version: text ?? '' } : { label: text ?? 'latest' };
}

function assetPath({ name, which }: AssetName, type: DataType, assets: AssetResolver): string {
  const kinds = type.endsWith('_model') ? (['model', 'data'] as const) : (['data', 'model'] as const);
  try {
    return assets.resolve(kinds[0], name, which).path;
  } catch (error) {
    try {
      return assets.resolve(kinds[1], name, which).path;
    } catch {
      throw error;
    }
  }
}

function inside(root: string, relative: string, written: string): string {
  const path = join(root, relative);
  if (path !== normalize(root) && !path.startsWith(normalize(root).replace(/\/*$/, sep))) {
    throw unreachable(written, 'it climbs out of its datastore with `..`');
  }
  return path;
}

function unreachable(path: string, why: string): RequestError {
  return new RequestError({
    code: 'unreachable-data',
    message: `The data at ${path} can not be reached: ${why}.`,
    hint: 'Give a local path, a registered asset (`prl data create`), or a path in a datastore of this home (`prl datastore create`).',
  });
}
