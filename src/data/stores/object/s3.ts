/** Amazon S3, and what speaks like it. */
import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { addressOf } from '../address.ts';
import type { StorePlace } from '../store.ts';
import { type AwsCredentials, type AwsSettings, awsCredentials, awsSettings, type Environment } from './aws-credentials.ts';
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
import { type AwsKeys, signedHeaders } from './signature-v4.ts';
import { elements, textOf } from './xml.ts';

type S3Place = Extract<StorePlace, { kind: 's3' }>;

/** Credentials are taken anew so long before they expire. */
const freshFor = 300_000;
const fallbackRegion = 'us-east-1';

const rights: Readonly<Record<Act, string>> = {
  list: 'list the bucket (s3:ListBucket)',
  read: 'read the object (s3:GetObject), or it is not there',
  write: 'write the object (s3:PutObject)',
  delete: 'take the object away (s3:DeleteObject)',
};

interface Given {
  /** Those to use, where they are not to be looked for in the environment. */
  readonly keys?: AwsKeys | undefined;
  /** Who gave them, for messages. */
  readonly owner?: string | undefined;
}

/** @throws StoreError where the AWS settings cannot be read */
export async function s3Service(place: S3Place, env: Environment, { keys, owner }: Given = {}): Promise<ObjectService> {
  const asked = place.profile === undefined ? env : ofProfile(place.profile, env);
  const find = keys === undefined ? () => awsCredentials(asked) : () => Promise.resolve(keys);
  return new S3(place, await awsSettings(asked), find, owner);
}

/** Keys in the environment are somebody else's. */
function ofProfile(profile: string, env: Environment): Environment {
  return { ...env, AWS_PROFILE: profile, AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_SESSION_TOKEN: undefined };
}

class S3 implements ObjectService {
  readonly place: S3Place;
  readonly #server: URL;
  /** In front of keys: the endpoint's own path, and the bucket where it is no part of the host's name. */
  readonly #base: string;
  readonly #find: () => Promise<AwsCredentials | undefined>;
  /** Where to mend them. */
  readonly #source: string;
  #region: string;
  #credentials: Promise<AwsCredentials | undefined> | undefined;

  constructor(place: S3Place, settings: AwsSettings, find: () => Promise<AwsCredentials | undefined>, owner: string | undefined) {
    this.place = place;
    this.#find = find;
    this.#source = owner === undefined ? 'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY or the AWS profile' : `the credentials of ${owner}`;
    this.#region = place.region ?? settings.region ?? fallbackRegion;
    const endpoint = place.endpoint ?? settings.endpoint;
    const { bucket } = place;
    if (endpoint !== undefined) {
      this.#server = new URL(endpoint);
      this.#base = `${this.#server.pathname.replace(/\/$/, '')}/${bucket}/`;
      return;
    }
    const domain = `s3.${this.#region}.amazonaws.com${this.#region.startsWith('cn-') ? '.cn' : ''}`;
    // A certificate's wildcard stands for no dots.
    const inHost = /^[a-z0-9-]+$/.test(bucket);
    this.#server = new URL(inHost ? `https://${bucket}.${domain}` : `https://${domain}`);
    this.#base = inHost ? '/' : `/${bucket}/`;
  }

  describe(key: string): string {
    return addressOf(this.place, key);
  }

  object(key: string): Pick<ObjectRequest, 'path'> {
    return { path: this.#base + key };
  }

  list(prefix: string, from: string | undefined, limit: number): Pick<ObjectRequest, 'path' | 'query'> {
    const query = { 'list-type': '2', 'max-keys': String(limit), 'encoding-type': 'url' };
    return {
      path: this.#base,
      query: { ...query, ...(prefix !== '' && { prefix }), ...(from !== undefined && { 'continuation-token': from }) },
    };
  }

  page(xml: string): ListPage {
    const isEncoded = textOf(xml, 'EncodingType') === 'url';
    const objects = [...elements(xml, 'Contents')].map((each) => {
      const key = textOf(each, 'Key') ?? '';
      return {
        key: isEncoded ? decodeURIComponent(key.replaceAll('+', ' ')) : key,
        size: Number(textOf(each, 'Size')),
        version: (textOf(each, 'ETag') ?? '').replaceAll('"', ''),
      };
    });
    const next = textOf(xml, 'NextContinuationToken');
    return { objects, ...(next !== undefined && { next }) };
  }

  versionIn(headers: IncomingHttpHeaders): string | undefined {
    return etagIn(headers);
  }

  ifVersion(version: string): Readonly<Record<string, string>> {
    return ifEtag(version);
  }

  async sign({ method, path, query, headers: own, body }: ObjectRequest, now: Date): Promise<SignedRequest> {
    const server = this.#server;
    const encoded = encodePath(path);
    const text = queryText(query);
    const keys = await this.#keys(now);
    const headers = body === undefined ? own : { ...own, 'content-length': String(body.bytes.length) };
    const bodyHash = body === undefined ? {} : { bodyHash: body.digest ?? hash('sha256', body.bytes) };
    const unsigned = { method, host: server.host, path: encoded, query: text, headers, ...bodyHash };
    return {
      server,
      target: text === '' ? encoded : `${encoded}?${text}`,
      headers: keys === undefined ? { ...headers, host: server.host } : signedHeaders(unsigned, keys, this.#region, now),
    };
  }

  learn({ code, headers }: Refusal): boolean {
    const region = headers['x-amz-bucket-region']?.toString();
    if (region !== undefined && region !== this.#region) {
      if (this.#server.hostname.endsWith('.amazonaws.com'))
        this.#server.hostname = this.#server.hostname.replace(`.${this.#region}.`, `.${region}.`);
      this.#region = region;
      return true;
    }
    if (code !== 'ExpiredToken' && code !== 'TokenRefreshRequired') return false;
    this.#credentials = undefined;
    return true;
  }

  explain({ status, code, message, was }: Refusal): string {
    const said = `${status}${code === undefined ? '' : ` ${code}`}`;
    switch (code) {
      case 'NoSuchBucket':
        return `there is no bucket ${this.place.bucket} (${said})`;
      case 'InvalidAccessKeyId':
        return `the server does not know the access key (${said}); look at ${this.#source}`;
      case 'SignatureDoesNotMatch':
        return `the secret key is not that of the access key (${said}); look at ${this.#source}`;
      case 'ExpiredToken':
      case 'TokenRefreshRequired':
        return `the credentials have expired (${said}); sign in again (such as \`aws sso login\`) or renew ${this.#source}, and resume`;
      case 'RequestTimeTooSkewed':
        return `this machine's clock is wrong (${said})`;
    }
    if (status === 401 || status === 403) {
      const right = rights[was];
      const who =
        this.#accessKeyId === undefined ? 'no AWS credentials were found, and the public may not' : 'the credentials do not allow to';
      return `${who} ${right} (${said}); look at ${this.#source}`;
    }
    if (status === 429 || status === 503) return `the server is too busy (${said})`;
    return `the server answered ${said}${message === undefined ? '' : `: ${message}`}`;
  }

  who(): string {
    return this.#accessKeyId === undefined ? 'nobody (what is public can be read)' : `the access key ${this.#accessKeyId}`;
  }

  /** Undefined: there is none. */
  #accessKeyId: string | undefined;

  async #keys(now: Date): Promise<AwsKeys | undefined> {
    this.#credentials ??= this.#find();
    let keys = await this.#credentials;
    if (keys?.expires !== undefined && keys.expires - now.getTime() < freshFor) {
      this.#credentials = this.#find();
      keys = await this.#credentials;
    }
    this.#accessKeyId = keys?.accessKeyId;
    return keys;
  }
}
