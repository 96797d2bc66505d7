/** Addresses of objects: `s3://`, `gs://`, `wasbs://`, `abfss://`, and `https://` where it is an account of Azure Storage. Pure. */
import type { ObjectPlace, ObjectSecret } from '../../data/stores/object/open.ts';
import { partedAddress } from '../../language/address-secrets.ts';

export interface ObjectAddress {
  /** As it was written, without what gives access. */
  readonly address: string;
  readonly place: ObjectPlace;
  /** A key, or what keys begin with; without a slash at its end. */
  readonly path: string;
  /**
   * What gives access, where it is not to be looked for in the environment: read when the store is opened, so that nobody who writes down or shows
   * where data is writes down a secret. May give nothing: then the environment has it.
   */
  readonly access?: () => ObjectSecret | undefined;
  /** Whose that is, for messages: `the datastore sales`. */
  readonly owner?: string;
}

/** Undefined for an address of something else. */
export function objectAddress(url: string): ObjectAddress | undefined {
  const [, scheme = '', authority = '', path = ''] = /^([a-z0-9]+):\/\/([^/]*)(?:\/(.*))?$/is.exec(url) ?? [];
  switch (scheme.toLowerCase()) {
    case 's3':
      return authority === '' ? undefined : { address: url, place: { kind: 's3', bucket: authority }, path: withoutSlash(path) };
    case 'gs':
      return authority === '' ? undefined : { address: url, place: { kind: 'gcs', bucket: authority }, path: withoutSlash(path) };
    case 'wasb':
    case 'wasbs':
    case 'abfs':
    case 'abfss': {
      const [container, host] = authority.split('@');
      const account = host === undefined ? undefined : accountOf(host);
      if (!container || account === undefined) return undefined;
      const parted = partedAddress(url);
      if (parted !== undefined) return withSignature(objectAddress(parted.address), parted.secret.query ?? '');
      return { address: url, place: { kind: 'azure_blob', container, ...account }, path: withoutSlash(path) };
    }
    case 'http':
    case 'https':
      return webAddress(url);
    default:
      return undefined;
  }
}

/** A query that is no signature, such as that of a snapshot, is for a web server to understand. */
function webAddress(url: string): ObjectAddress | undefined {
  if (!URL.canParse(url)) return undefined;
  const { origin, hostname, pathname, search, searchParams } = new URL(url);
  const account = accountOf(hostname);
  const [, container, path = ''] = /^\/([^/]+)(?:\/(.*))?$/s.exec(pathname) ?? [];
  const isSigned = searchParams.has('sig');
  if (account === undefined || container === undefined || (search !== '' && !isSigned)) return undefined;
  const place: ObjectPlace = { kind: 'azure_blob', container, ...account };
  const found = { address: origin + pathname, place, path: withoutSlash(decoded(path)) };
  return isSigned ? withSignature(found, search.slice(1)) : found;
}

function withSignature(found: ObjectAddress | undefined, query: string): ObjectAddress | undefined {
  const secret: ObjectSecret = { store: 'azure_blob', access: { kind: 'signature', query } };
  return found === undefined ? undefined : { ...found, access: () => secret, owner: 'the address' };
}

const publicCloud = 'core.windows.net';
/** Nobody else is sent a key. */
const clouds = [publicCloud, 'core.chinacloudapi.cn', 'core.usgovcloudapi.net'];

function accountOf(host: string): { readonly account: string; readonly endpoint?: string } | undefined {
  const [, account, suffix] = /^([a-z0-9]+(?:-secondary)?)\.(?:blob|dfs)\.(core\.[a-z.]+)$/.exec(host) ?? [];
  if (account === undefined || suffix === undefined || !clouds.includes(suffix)) return undefined;
  return suffix === publicCloud ? { account } : { account, endpoint: `https://${account}.blob.${suffix}` };
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '');
}

/** A `%` that stands for itself leaves the text as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
