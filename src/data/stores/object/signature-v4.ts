/** AWS Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). Pure. */
import { createHmac, hash } from 'node:crypto';

export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Unsigned {
  readonly method: string;
  readonly host: string;
  /** Encoded, as they go over the line; the query is sorted. */
  readonly path: string;
  readonly query: string;
  /** In lower case, without `host`. */
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body, as hex. Default: of none. */
  readonly bodyHash?: string;
}

const emptyHash = hash('sha256', '');

/** The headers of a request, with its signature. */
export function signedHeaders(
  request: Unsigned,
  keys: AwsKeys,
  region: string,
  now: Date,
  service = 's3',
): Readonly<Record<string, string>> {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const { bodyHash = emptyHash } = request;
  const headers: Readonly<Record<string, string>> = {
    ...request.headers,
    ...{ host: request.host, 'x-amz-date': time },
    ...(service === 's3' && { 'x-amz-content-sha256': bodyHash }),
    ...(keys.sessionToken !== undefined && { 'x-amz-security-token': keys.sessionToken }),
  };
  const names = Object.keys(headers).sort();
  const signed = names.join(';');
  const written = names.map((name) => `${name}:${headers[name]?.trim()}\n`).join('');
  const canonical = [request.method, request.path, request.query, written, signed, bodyHash].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, hash('sha256', canonical)].join('\n');
  const signature = hmac(signingKey(keys.secretAccessKey, day, region, service), text).toString('hex');
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
  };
}

/** The last one: it changes once a day. */
let last: { readonly of: string; readonly key: Buffer } | undefined;

function signingKey(secret: string, day: string, region: string, service: string): Buffer {
  const of = [secret, day, region, service].join('\n');
  if (last?.of !== of) last = { of, key: [day, region, service, 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`)) };
  return last.key;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
