/** Azure Blob Storage, and Data Lake Storage by its blob endpoint. */
import type { IncomingHttpHeaders } from 'node:http';
import { addressOf } from '../address.ts';
import type { StorePlace } from '../store.ts';
import type { Environment } from './aws-credentials.ts';
import { type AzureAccess, azureSettings, type ServicePrincipal, tokenOfAz, tokenOfPrincipal } from './azure-credentials.ts';
import {
  type Act,
  encodePath,
  etagIn,
  ifEtag,
  type ListPage,
  type ObjectRequest,
  type ObjectService,
  queryText,
  type Refusal,
  type SignedRequest,
} from './service.ts';
import { sharedKeyAuthorization } from './shared-key.ts';
import { elements, textOf } from './xml.ts';

type AzurePlace = Extract<StorePlace, { kind: 'azure_blob' }>;

/** Of 2021: what it has is enough, and every server and emulator in use knows it. */
const apiVersion = '2021-08-06';
/** Tokens are taken anew so long before they expire. */
const freshFor = 300_000;

const acts: Readonly<Record<Act, string>> = {
  list: 'list the container',
  read: 'read the blob',
  write: 'write the blob',
  delete: 'take the blob away',
};

interface Given {
  /** What to use, where it is not to be looked for in the environment. */
  readonly access?: AzureAccess | ServicePrincipal | undefined;
  /** Who gave it, for messages. */
  readonly owner?: string | undefined;
}

export function azureBlobService(place: AzurePlace, env: Environment, given: Given = {}): ObjectService {
  const settings = azureSettings(place.account, env);
  const endpoint = place.endpoint ?? settings.endpoint ?? `https://${place.account}.blob.core.windows.net`;
  return new AzureBlob(place, new URL(endpoint), signingIn(given.access ?? settings.access, env), given.owner);
}

/** @param again a token was had, and is not good any more */
type SignIn = (again: boolean) => Promise<AzureAccess>;

function signingIn(given: AzureAccess | ServicePrincipal | undefined, env: Environment): SignIn {
  if (given === undefined) return (again) => tokenOfAz(env, again);
  return given.kind === 'principal' ? () => tokenOfPrincipal(given) : () => Promise.resolve(given);
}

class AzureBlob implements ObjectService {
  readonly place: AzurePlace;
  readonly #server: URL;
  /** In front of blobs' names: the endpoint's own path, and the container. */
  readonly #base: string;
  readonly #signIn: SignIn;
  readonly #owner: string | undefined;
  #signedIn: Promise<AzureAccess> | undefined;
  #access: AzureAccess['kind'] = 'none';

  constructor(place: AzurePlace, server: URL, signIn: SignIn, owner: string | undefined) {
    this.place = place;
    this.#server = server;
    this.#base = `${server.pathname.replace(/\/$/, '')}/${place.container}`;
    this.#signIn = signIn;
    this.#owner = owner;
  }

  describe(key: string): string {
    return addressOf(this.place, key);
  }

  object(key: string): Pick<ObjectRequest, 'path'> {
    return { path: `${this.#base}/${key}` };
  }

  list(prefix: string, from: string | undefined, limit: number): Pick<ObjectRequest, 'path' | 'query'> {
    const query = { restype: 'container', comp: 'list', maxresults: String(limit) };
    return { path: this.#base, query: { ...query, ...(prefix !== '' && { prefix }), ...(from !== undefined && { marker: from }) } };
  }

  page(xml: string): ListPage {
    const objects = [...elements(xml, 'Blob')].flatMap((each) => {
      // Data Lake Storage lists folders too.
      if (textOf(each, 'ResourceType') === 'directory') return [];
      const name = textOf(each, 'Name') ?? '';
      return {
        key: each.includes('<Name Encoded="true">') ? decodeURIComponent(name) : name,
        size: Number(textOf(each, 'Content-Length')),
        version: (textOf(each, 'Etag') ?? '').replaceAll('"', ''),
      };
    });
    const next = textOf(xml, 'NextMarker');
    return { objects, ...(next !== undefined && { next }) };
  }

  versionIn(headers: IncomingHttpHeaders): string | undefined {
    return etagIn(headers);
  }

  ifVersion(version: string): Readonly<Record<string, string>> {
    return ifEtag(version);
  }

  async sign({ method, path, query, headers: own, body }: ObjectRequest, now: Date): Promise<SignedRequest> {
    const access = await this.#accessAt(now);
    const encoded = encodePath(path);
    const length = body === undefined ? {} : { 'content-length': String(body.bytes.length) };
    const headers = { ...own, ...length, 'x-ms-version': apiVersion, 'x-ms-date': now.toUTCString() };
    const text = [queryText(query), access.kind === 'signature' ? access.query : ''].filter((part) => part !== '').join('&');
    return {
      server: this.#server,
      target: text === '' ? encoded : `${encoded}?${text}`,
      headers: { ...headers, ...authorization(access, method, encoded, query, headers) },
    };
  }

  learn({ status }: Refusal): boolean {
    if (status !== 401 || this.#access !== 'token') return false;
    this.#signedIn = this.#signIn(true);
    return true;
  }

  explain({ status, code, message, was }: Refusal): string {
    const said = `${status}${code === undefined ? '' : ` ${code}`}`;
    const { account, container } = this.place;
    if (code === 'ContainerNotFound' || (code === 'ResourceNotFound' && this.#access === 'none')) {
      return `the account ${account} has no container ${container}, or none that the public may read (${said})`;
    }
    if (status === 401 || status === 403 || status === 409) {
      const act = acts[was];
      const owner = this.#owner;
      switch (this.#access) {
        case 'key':
          return `the key is not that of the account ${account}, or may not ${act} (${said}); look at ${owner === undefined ? 'AZURE_STORAGE_KEY or AZURE_STORAGE_CONNECTION_STRING' : `the credentials of ${owner}`}`;
        case 'signature':
          return `the shared access signature${owner === undefined ? '' : ` of ${owner}`} does not allow to ${act}, or has expired (${said}); make a new one with the rights to ${was === 'write' ? 'write and create' : 'read and list'}`;
        case 'token':
          return `${owner === undefined ? 'whoever is signed in with `az login`' : `the service principal of ${owner}`} may not ${act} (${said}); the role Storage Blob Data ${was === 'write' || was === 'delete' ? 'Contributor' : 'Reader'} is needed`;
        case 'none':
          return `no credentials were found, and the public may not ${act} (${said}); set AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN, or sign in with \`az login\``;
      }
    }
    if (status === 429 || status === 503) return `the server is too busy (${said})`;
    return `the server answered ${said}${message === undefined ? '' : `: ${message}`}`;
  }

  who(): string {
    const { account } = this.place;
    switch (this.#access) {
      case 'key':
        return `whoever has the key of the account ${account}`;
      case 'signature':
        return 'whoever has the shared access signature';
      case 'token':
        return this.#owner === undefined ? 'whoever is signed in with `az login`' : `the service principal of ${this.#owner}`;
      case 'none':
        return 'nobody (what is public can be read)';
    }
  }

  async #accessAt(now: Date): Promise<AzureAccess> {
    this.#signedIn ??= this.#signIn(false);
    let access = await this.#signedIn;
    if (access.kind === 'token' && access.expires - now.getTime() < freshFor) {
      this.#signedIn = this.#signIn(true);
      access = await this.#signedIn;
    }
    this.#access = access.kind;
    return access;
  }
}

function authorization(
  access: AzureAccess,
  method: string,
  path: string,
  query: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (access.kind === 'token') return { authorization: `Bearer ${access.token}` };
  return access.kind === 'key' ? { authorization: sharedKeyAuthorization(access, method, path, query, headers) } : {};
}
