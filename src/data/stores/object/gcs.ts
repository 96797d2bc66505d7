/**
 * Google Cloud Storage. Objects are read as its XML API gives them (https://cloud.google.com/storage/docs/xml-api/get-object-download), where a
 * HEAD and ranges are what they are everywhere; lists come from the JSON API. A version is a generation.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { addressOf } from '../address.ts';
import type { StorePlace } from '../store.ts';
import type { Environment } from './aws-credentials.ts';
import { type GcsAccess, type GoogleCredentials, googleAccess, googleToken } from './gcs-credentials.ts';
import {
  type Act,
  encodePath,
  type ListPage,
  type ObjectRequest,
  type ObjectService,
  queryText,
  type Refusal,
  type SignedRequest,
} from './service.ts';

export type GcsPlace = Extract<StorePlace, { kind: 'gcs' }>;

/** Tokens are taken anew so long before they expire. */
const freshFor = 300_000;

const rights: Readonly<Record<Act, string>> = {
  list: 'list the bucket (storage.objects.list)',
  read: 'read the object (storage.objects.get)',
  write: 'write the object (storage.objects.create, and storage.objects.delete where one is there already or it goes up in parts)',
  delete: 'take the object away (storage.objects.delete)',
};

interface Given {
  /** The service account to use, where credentials are not to be looked for in the environment. */
  readonly account?: GoogleCredentials | undefined;
  /** Who gave it, for messages. */
  readonly owner?: string | undefined;
}

export function gcsService(place: GcsPlace, env: Environment, { account, owner }: Given = {}): ObjectService {
  const find = account === undefined ? () => googleAccess(env) : () => googleToken(account, env, owner ?? 'the datastore');
  return new Gcs(place, env, find, account === undefined ? undefined : owner);
}

class Gcs implements ObjectService {
  readonly place: GcsPlace;
  readonly #server: URL;
  readonly #find: () => Promise<GcsAccess>;
  readonly #owner: string | undefined;
  #access: Promise<GcsAccess> | undefined;
  #kind: GcsAccess['kind'] = 'none';

  constructor(
    place: GcsPlace,
    { STORAGE_EMULATOR_HOST: emulator }: Environment,
    find: () => Promise<GcsAccess>,
    owner: string | undefined,
  ) {
    this.place = place;
    this.#owner = owner;
    const written = place.endpoint ?? (emulator || 'https://storage.googleapis.com');
    this.#server = new URL(/^https?:/.test(written) ? written : `http://${written}`);
    this.#find = find;
  }

  describe(key: string): string {
    return addressOf(this.place, key);
  }

  object(key: string): Pick<ObjectRequest, 'path'> {
    return { path: `/${this.place.bucket}/${key}` };
  }

  list(prefix: string, from: string | undefined, limit: number): Pick<ObjectRequest, 'path' | 'query'> {
    const query = { maxResults: String(limit), fields: 'items(name,size,generation),nextPageToken' };
    return {
      path: `/storage/v1/b/${this.place.bucket}/o`,
      query: { ...query, ...(prefix !== '' && { prefix }), ...(from !== undefined && { pageToken: from }) },
    };
  }

  page(text: string): ListPage {
    const { items = [], nextPageToken: next }: ListedPage = JSON.parse(text);
    const objects = items.map(({ name, size, generation }) => ({ key: name, size: Number(size), version: String(generation) }));
    return { objects, ...(next !== undefined && next !== '' && { next }) };
  }

  versionIn(headers: IncomingHttpHeaders): string | undefined {
    return headers['x-goog-generation']?.toString();
  }

  ifVersion(version: string): Readonly<Record<string, string>> {
    return { 'x-goog-if-generation-match': version };
  }

  async sign({ method, path, isEncoded, query, headers: own, body }: ObjectRequest, now: Date): Promise<SignedRequest> {
    const access = await this.#accessAt(now);
    const encoded = isEncoded === true ? path : encodePath(path);
    const text = queryText(query);
    const headers: Record<string, string> = { ...own };
    // Else a gzipped object comes unpacked: with another length, and without ranges.
    if (method === 'GET' || method === 'HEAD') headers['accept-encoding'] = 'gzip';
    if (body !== undefined) headers['content-length'] = String(body.bytes.length);
    if (access.kind === 'token') headers.authorization = `Bearer ${access.token}`;
    return { server: this.#server, target: text === '' ? encoded : `${encoded}?${text}`, headers };
  }

  learn({ status }: Refusal): boolean {
    if (status !== 401 || this.#kind !== 'token') return false;
    this.#access = undefined;
    return true;
  }

  explain({ status, code, message, was }: Refusal): string {
    const said = `${status}${code === undefined ? '' : ` ${code}`}`;
    if (status === 404) return `there is no bucket ${this.place.bucket} (${said})`;
    if (status === 401 || status === 403) {
      return this.#kind === 'none'
        ? `no Google credentials were found, and the public may not ${rights[was]} (${said}); set GOOGLE_APPLICATION_CREDENTIALS, or sign in with \`gcloud auth application-default login\``
        : `the Google credentials${this.#owner === undefined ? '' : ` of ${this.#owner}`} do not allow to ${rights[was]} (${said}); the role Storage Object ${was === 'list' || was === 'read' ? 'Viewer' : 'User'} on the bucket is needed`;
    }
    if (status === 429 || status === 503) return `the server is too busy (${said})`;
    return `the server answered ${said}${message === undefined ? '' : `: ${message}`}`;
  }

  who(): string {
    if (this.#kind === 'none') return 'nobody (what is public can be read)';
    return this.#owner === undefined ? 'whoever the Google credentials of this machine are of' : `the service account of ${this.#owner}`;
  }

  async #accessAt(now: Date): Promise<GcsAccess> {
    this.#access ??= this.#find();
    let access = await this.#access;
    if (access.kind === 'token' && access.expires - now.getTime() < freshFor) {
      this.#access = this.#find();
      access = await this.#access;
    }
    this.#kind = access.kind;
    return access;
  }
}

interface ListedPage {
  readonly items?: readonly { readonly name: string; readonly size: string; readonly generation: string }[];
  readonly nextPageToken?: string;
}
