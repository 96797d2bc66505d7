/** Azure Storage's Shared Key (https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key). Pure. */
import { createHmac } from 'node:crypto';

export interface SharedKey {
  readonly account: string;
  /** Base64. */
  readonly key: string;
}

/** @param headers in lower case */
export function sharedKeyAuthorization(
  { account, key }: SharedKey,
  method: string,
  encodedPath: string,
  query: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
): string {
  const standard = [
    'content-encoding',
    'content-language',
    'content-length',
    'content-md5',
    'content-type',
    'date',
    'if-modified-since',
    'if-match',
    'if-none-match',
    'if-unmodified-since',
    'range',
  ].map((name) => (name === 'content-length' && headers[name] === '0' ? '' : (headers[name] ?? '')));
  const own = Object.keys(headers)
    .filter((name) => name.startsWith('x-ms-'))
    .sort()
    .map((name) => `${name}:${headers[name]}`);
  const asked = Object.keys(query)
    .sort()
    .map((name) => `\n${name.toLowerCase()}:${query[name]}`);
  const text = [method, ...standard, ...own, `/${account}${encodedPath}${asked.join('')}`].join('\n');
  return `SharedKey ${account}:${createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64')}`;
}
