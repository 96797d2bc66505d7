/** From the way a job names data to where it is. */
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import { tellableAddress } from '../../language/address-secrets.ts';
import { type AssetReference, parsePath } from '../../language/named-paths.ts';
import type { DataType } from '../../language/types.ts';
import { wholeOf } from '../../store/address-secrets.ts';
import type { AssetResolver } from '../../store/assets.ts';
import { madeByJob } from '../made-by-job.ts';
import { inDatastore } from './datastore-address.ts';
import type { Location } from './location.ts';
import { objectAddress } from './object-address.ts';

/** Assets that name assets: deeper than anybody means. */
const maxHops = 8;

/**
 * Where an object lies, its address says with what gives access to it: `openObject` opens it, to read or to write.
 * @param type what the input is declared as: a model's name is looked up among models first.
 * @throws RequestError for a place that only the cloud has, and for an asset that is not registered.
 */
export function locate(path: string, type: DataType, assets: AssetResolver, hops = 0): Location {
  if (hops > maxHops) throw unreachable(path, 'its registered paths name one another in a cycle.');
  const named = parsePath(path);
  switch (named.kind) {
    case 'datastore':
      return inDatastore(assets.resolve('datastore', named.datastore, { label: 'latest' }), named.path, assets.home);
    case 'asset':
      return locate(assetPath(named, type, assets), type, assets, hops + 1);
    case 'job_output': {
      const { path: own, address, isHere } = madeByJob(named, assets.home);
      if (address === undefined || (isHere === true && existsSync(own))) return { kind: 'local', path: own };
      return locate(address, type, assets, hops + 1);
    }
    case 'web': {
      const whole = wholeOf(assets.home, named.url);
      const object = objectAddress(whole);
      return object === undefined ? { kind: 'web', address: tellableAddress(whole), whole: () => whole } : { kind: 'object', ...object };
    }
    case 'local':
      if (isAbsolute(named.path)) return named;
      break;
    case 'invalid':
      throw unreachable(path, named.message);
    case 'cloud': {
      const object = objectAddress(wholeOf(assets.home, named.url));
      if (object !== undefined) return { kind: 'object', ...object };
      break;
    }
  }
  throw unreachable(path, 'it is neither a path on this machine nor a registered asset or datastore.');
}

function assetPath({ name, which = { label: 'latest' } }: AssetReference, type: DataType, assets: AssetResolver): string {
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

function unreachable(path: string, why: string): RequestError {
  return new RequestError({
    code: 'unreachable-data',
    message: `The data at ${tellableAddress(path)} can not be reached: ${why}`,
    hint: 'Give a local path, an address (s3://, wasbs://, abfss://, https://), a registered asset (`prl data create`), a path in a datastore of this home (`prl datastore create`), or azureml://jobs/JOB/outputs/OUTPUT.',
  });
}
