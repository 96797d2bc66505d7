/** A datastore's file becomes the place that it names, and apart from it what gives access to that. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type * as z from 'zod';
import { messageOf } from '../errors/thrown.ts';
import { check, isRecord, shown } from './check.ts';
import type { Place } from './findings.ts';
import { nearest } from './near.ts';
import { DATASTORE_TYPES, type DatastoreType, datastoreSchemas } from './schema/datastores.ts';

/** Where a datastore leads. Never a secret. */
export type DatastorePlace =
  /** A folder of this machine; of a file share: where that is mounted. Absolute. */
  | { readonly type: 'local'; readonly path: string }
  | { readonly type: 'azure_file'; readonly account: string; readonly share: string; readonly path: string }
  | {
      readonly type: 'azure_blob' | 'azure_data_lake_gen2';
      readonly account: string;
      readonly container: string;
      /** Of the account's blobs, where it is not the public cloud's. */
      readonly endpoint?: string;
    }
  | {
      readonly type: 's3';
      readonly bucket: string;
      readonly endpoint?: string;
      readonly region?: string;
      /** Of this machine's AWS settings. */
      readonly profile?: string;
    }
  | { readonly type: 'gcs'; readonly bucket: string; readonly endpoint?: string };

/** What gives access to a datastore. */
export type DatastoreCredentials =
  | { readonly kind: 'account_key'; readonly accountKey: string }
  | { readonly kind: 'sas_token'; readonly sasToken: string }
  | {
      readonly kind: 'service_principal';
      readonly tenantId: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly authorityUrl?: string;
      readonly resourceUrl?: string;
    }
  /** Of S3, or an HMAC key of Google Cloud Storage. */
  | { readonly kind: 'access_key'; readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
  /** A service account's key file, as it stands in it. */
  | { readonly kind: 'service_account'; readonly json: string };

export interface DatastoreBody {
  readonly place: DatastorePlace;
  /** Absent: whoever this machine is signed in as. */
  readonly credentials?: DatastoreCredentials;
}

/** Tells everything that is wrong; undefined where something is. */
export function readDatastore(
  value: unknown,
  place: Place,
  env: NodeJS.ProcessEnv,
): (DatastoreBody & { readonly raw: Readonly<Record<string, unknown>> }) | undefined {
  const type = typeOf(value, place);
  if (type === undefined) return undefined;
  const before = place.findings.problems.length;
  const schema: z.ZodObject<z.ZodRawShape, z.core.$strict> = datastoreSchemas[type];
  const raw: Raw | undefined = check(schema, value, place);
  if (raw === undefined) return undefined;
  const found = placed(type, raw, place);
  const credentials = new CredentialsReader(raw.credentials ?? {}, place.at('credentials'), env).read(type);
  if (found === undefined || place.findings.problems.length > before) return undefined;
  // Whoever mounted a share has had access to it.
  return { place: found, raw, ...(credentials !== undefined && type !== 'azure_file' && { credentials }) };
}

type Raw = Readonly<Record<string, unknown>>;

/** As Azure's client has it, also `AzureBlob`. */
function typeOf(value: unknown, place: Place): DatastoreType | undefined {
  const written = isRecord(value) ? value.type : undefined;
  if (written === undefined || written === null) return 'local';
  const name = String(written)
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase();
  const type = DATASTORE_TYPES.find((known) => known === name);
  if (type !== undefined) return type;
  const at = place.at('type');
  if (name === 'azure_data_lake_gen1') {
    at.error('unknown-datastore-type', 'Azure Data Lake Storage Gen1 was shut down in 2024.', 'Move the data to azure_data_lake_gen2.');
  } else if (name === 'one_lake') {
    at.error('unknown-datastore-type', 'Datastores of OneLake are not read here.', 'Give a local copy of the data.');
  } else {
    const near = nearest(name, DATASTORE_TYPES);
    const hint = near === undefined ? undefined : `Did you mean ${near}?`;
    at.error('invalid-value', `Expected one of ${DATASTORE_TYPES.join(', ')}, found ${shown(written)}.`, hint);
  }
  return undefined;
}

function placed(type: DatastoreType, raw: Raw, place: Place): DatastorePlace | undefined {
  const text = (key: string): string => String(raw[key] ?? '');
  const endpoint = (): { readonly endpoint?: string } => {
    const found = raw.endpoint === undefined ? undefined : server(text('endpoint'), place.at('endpoint'));
    return found === undefined ? {} : { endpoint: found };
  };
  switch (type) {
    case 'local':
      return { type, path: resolve(place.source.baseDirectory, text('path')) };
    case 'azure_file': {
      if (raw.path === undefined) {
        const hint = 'Mount it, and add its place here: `path: /mnt/share`. This key is ours.';
        place
          .at('path')
          .error('missing-key', 'File shares are read where they are mounted on this machine: the key "path" is missing.', hint);
        return undefined;
      }
      const path = resolve(place.source.baseDirectory, text('path'));
      return { type, account: text('account_name'), share: text('file_share_name'), path };
    }
    case 'azure_blob':
    case 'azure_data_lake_gen2': {
      const account = text('account_name');
      const container = text(type === 'azure_blob' ? 'container_name' : 'filesystem');
      const blobs = azureEndpoint(account, raw.endpoint, raw.protocol, place);
      return { type, account, container, ...(blobs !== undefined && { endpoint: blobs }) };
    }
    case 's3': {
      const { region } = raw;
      const profile = isRecord(raw.credentials) ? raw.credentials.profile : undefined;
      return {
        ...{ type, bucket: text('bucket') },
        ...endpoint(),
        ...(typeof region === 'string' && { region }),
        ...(typeof profile === 'string' && { profile }),
      };
    }
    case 'gcs':
      return { type, bucket: text('bucket'), ...endpoint() };
  }
}

const publicCloud = 'core.windows.net';

/** Undefined for the public cloud. */
function azureEndpoint(account: string, endpoint: unknown, protocol: unknown, place: Place): string | undefined {
  const scheme = protocol === undefined ? 'https' : String(protocol).toLowerCase();
  if (scheme !== 'https' && scheme !== 'http') {
    place.at('protocol').error('invalid-value', `Expected https or http, found ${shown(protocol)}.`);
    return undefined;
  }
  const written = endpoint === undefined ? publicCloud : String(endpoint);
  if (written.includes('://')) return server(written, place.at('endpoint'));
  if (!/^[\w.-]+(?::\d+)?$/.test(written)) {
    place.at('endpoint').error('invalid-value', `Expected a host such as ${publicCloud}, or an address, found ${shown(endpoint)}.`);
    return undefined;
  }
  return written === publicCloud && scheme === 'https' ? undefined : `${scheme}://${account}.blob.${written}`;
}

function server(endpoint: string, place: Place): string | undefined {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '') return endpoint.replace(/\/+$/, '');
  place.error('invalid-value', 'Expected the address of a server such as https://host:9000, without a user or a query.');
  return undefined;
}

/** The place in the words of its file. */
export function datastoreKeys(place: DatastorePlace): Readonly<Record<string, string>> {
  switch (place.type) {
    case 'azure_file':
      return { type: place.type, account_name: place.account, file_share_name: place.share, path: place.path };
    case 'azure_blob':
    case 'azure_data_lake_gen2': {
      const { type, account, container, endpoint } = place;
      const container_name = { [type === 'azure_blob' ? 'container_name' : 'filesystem']: container };
      return { type, account_name: account, ...container_name, ...(endpoint !== undefined && { endpoint }) };
    }
    case 'local':
    case 's3':
    case 'gcs':
      return { ...place };
  }
}

/** `credentials:`, with what stands in environment variables. */
class CredentialsReader {
  readonly #raw: Raw;
  readonly #place: Place;
  readonly #env: NodeJS.ProcessEnv;

  constructor(raw: unknown, place: Place, env: NodeJS.ProcessEnv) {
    this.#raw = isRecord(raw) ? raw : {};
    this.#place = place;
    this.#env = env;
  }

  read(type: DatastoreType): DatastoreCredentials | undefined {
    const given = Object.keys(this.#raw).filter((key) => this.#raw[key] !== undefined);
    switch (type) {
      case 'local':
        return undefined;
      case 's3':
        if (given.includes('profile')) {
          this.#alone(given, ['profile']);
          return undefined;
        }
        return given.length === 0 ? undefined : this.#accessKey(given, ['session_token']);
      case 'gcs':
        if (given.includes('service_account_file')) return this.#serviceAccount(given);
        return given.length === 0 ? undefined : this.#accessKey(given, []);
      case 'azure_blob':
      case 'azure_data_lake_gen2':
      case 'azure_file':
        return given.length === 0 ? undefined : this.#azure(given);
    }
  }

  #azure(given: readonly string[]): DatastoreCredentials | undefined {
    if (given.includes('account_key')) {
      this.#alone(given, ['account_key']);
      const accountKey = this.#secret('account_key');
      return accountKey === undefined ? undefined : { kind: 'account_key', accountKey };
    }
    if (given.includes('sas_token')) {
      this.#alone(given, ['sas_token']);
      const sasToken = this.#secret('sas_token')?.replace(/^\?/, '');
      return sasToken === undefined ? undefined : { kind: 'sas_token', sasToken };
    }
    if (given.includes('certificate') || given.includes('thumbprint')) {
      const hint = 'Use client_secret, or leave credentials out and sign in on this machine with `az login --service-principal`.';
      this.#place.error('unsupported-credentials', 'Certificates of service principals are not read here.', hint);
      return undefined;
    }
    this.#alone(given, ['tenant_id', 'client_id', 'client_secret', 'authority_url', 'authority_uri', 'resource_url']);
    const [tenantId, clientId, clientSecret] = ['tenant_id', 'client_id', 'client_secret'].map((key) => this.#needed(key));
    if (tenantId === undefined || clientId === undefined || clientSecret === undefined) return undefined;
    const { authority_url, authority_uri = authority_url, resource_url } = this.#raw;
    return {
      ...{ kind: 'service_principal', tenantId, clientId, clientSecret },
      ...(typeof authority_uri === 'string' && { authorityUrl: authority_uri }),
      ...(typeof resource_url === 'string' && { resourceUrl: resource_url }),
    };
  }

  #accessKey(given: readonly string[], more: readonly string[]): DatastoreCredentials | undefined {
    this.#alone(given, ['access_key_id', 'secret_access_key', ...more]);
    const [accessKeyId, secretAccessKey] = ['access_key_id', 'secret_access_key'].map((key) => this.#needed(key));
    const sessionToken = more.length === 0 ? undefined : this.#secret('session_token');
    if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
    return { kind: 'access_key', accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  }

  #serviceAccount(given: readonly string[]): DatastoreCredentials | undefined {
    this.#alone(given, ['service_account_file']);
    const at = this.#place.at('service_account_file');
    const file = resolve(this.#place.source.baseDirectory, String(this.#raw.service_account_file));
    try {
      const json = readFileSync(file, 'utf8');
      const parsed: unknown = JSON.parse(json);
      if (isRecord(parsed) && typeof parsed.client_email === 'string' && typeof parsed.private_key === 'string') {
        return { kind: 'service_account', json };
      }
      at.error('invalid-value', `${file} is not the key file of a service account: it has no client_email and private_key.`);
    } catch (error) {
      // A parser shows what it stumbles over.
      const why = error instanceof SyntaxError ? 'it is no JSON' : messageOf(error);
      at.error('invalid-value', `The key file of the service account cannot be read: ${why}.`);
    }
    return undefined;
  }

  #alone(given: readonly string[], allowed: readonly string[]): void {
    const [first, ...others] = given.filter((key) => !allowed.includes(key));
    if (first === undefined) return;
    const named = [first, ...others].join(', ');
    this.#place.at(first).keyError('conflicting-keys', `${allowed[0]} and ${named} are two ways to get access: give one.`);
  }

  #needed(key: string): string | undefined {
    const text = this.#secret(key);
    if (text === undefined && this.#raw[key] === undefined) {
      this.#place.at(key).error('missing-key', `The key "${key}" is required with the others under "credentials".`);
    }
    return text;
  }

  /** What is written, or what the environment variable holds that is named. */
  #secret(key: string): string | undefined {
    const written = this.#raw[key];
    if (typeof written !== 'string') return undefined;
    const [, name] = /^\$\{env:([^}]*)\}$/.exec(written.trim()) ?? [];
    if (name === undefined) return written.trim();
    const value = this.#env[name];
    if (value !== undefined && value !== '') return value;
    this.#place.at(key).error('missing-variable', `The environment variable ${name} is not set.`, 'Set it and create the datastore again.');
    return undefined;
  }
}
