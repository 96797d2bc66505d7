import { RequestError } from '../../errors/types.ts';
import { type DataStore, type Found, type ReadOptions, StoreError } from './store.ts';
import { lookAt, streamFile, takeRange, WebFile, type WebTarget } from './web-file.ts';

export interface WebSettings {
  /** Ends in `/`; paths are relative to it. Without query and user: these are secrets, and stand below. */
  readonly base: URL;
  /** Sent with every request, such as a signature: `?sv=…&sig=…`. */
  readonly query?: string;
  readonly user?: { readonly name: string; readonly password: string };
  /** Milliseconds of silence after which a server is given up. Default a minute. */
  readonly patience?: number;
  /** How a path stands in its address, where that is known; else each name in it is percent-encoded. */
  readonly written?: { readonly path: string; readonly address: string };
}

/**
 * The store that the address of a file leads to, and the file's path in it.
 * @throws StoreError for an address that cannot be one
 */
export function webFile(
  address: string,
  settings: Pick<WebSettings, 'patience'> = {},
): { readonly store: DataStore; readonly path: string } {
  if (!URL.canParse(address)) throw new StoreError('unreadable', 'the address cannot be understood');
  const { origin, pathname, search, username, password } = new URL(address);
  const name = pathname.slice(pathname.lastIndexOf('/') + 1);
  const path = decoded(name);
  const store = httpsStore({
    ...settings,
    base: new URL(origin + pathname.slice(0, pathname.length - name.length)),
    query: search,
    written: { path, address: name },
    ...(username === '' ? {} : { user: { name: decoded(username), password: decoded(password) } }),
  });
  return { store, path };
}

/**
 * Files of a web server, over http or https. It cannot list. A version is the server's ETag, else the time of the last change. A folder is known
 * only where the server sends one on to the same address with a `/` behind it, as most do.
 */
export function httpsStore(settings: WebSettings): DataStore {
  const { base, query = '', written, patience } = settings;
  const addressOf = (path: string): string => base.href + (path === written?.path ? written.address : encoded(path));
  const headers = { 'accept-encoding': 'identity', ...authorization(settings) };
  const target = (path: string, { version, signal }: ReadOptions = {}): WebTarget => ({
    url: new URL(addressOf(path) + query),
    ...{ headers, patience, signal, version },
  });
  return {
    place: { kind: 'https', url: base.href },

    // biome-ignore lint/correctness/useYield: there is never anything to yield
    async *list(folder) {
      const message = `A web server does not list its files, so this cannot be read as a folder: ${addressOf(folder)}.`;
      throw new RequestError({ code: 'no-listing', message, hint: 'Name one file, or download the folder first.' });
    },

    async stat(path, signal): Promise<Found | undefined> {
      try {
        return await lookAt(target(path, signal === undefined ? {} : { signal }));
      } catch (error) {
        if (error instanceof StoreError && error.reason === 'missing') return undefined;
        throw error;
      }
    },

    async read(path, start, end, options) {
      const bytes = Buffer.allocUnsafe(Math.max(0, end - start));
      return bytes.subarray(0, await takeRange(target(path, options), bytes, start));
    },

    stream: (path, options) => streamFile(target(path, options)),

    open: (path, options) => WebFile.open(target(path, options)),

    describe: addressOf,
  };
}

function authorization({ user }: WebSettings): Readonly<Record<string, string>> {
  if (user === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}` };
}

function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** A `%` that stands for itself leaves the text as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
