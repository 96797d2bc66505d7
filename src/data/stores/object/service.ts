/** What differs between kinds of object stores. Pure, but for credentials. */
import type { IncomingHttpHeaders } from 'node:http';
import type { StorePlace } from '../store.ts';
import type { Method } from './exchange.ts';

/** A request before it is signed. */
export interface ObjectRequest {
  readonly method: Method;
  /** Names between the server and the key, and the key: not encoded yet, unless it is said. */
  readonly path: string;
  readonly isEncoded?: true;
  readonly query: Readonly<Record<string, string>>;
  /** In lower case; without those that follow from the body. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
}

export interface RequestBody {
  readonly bytes: Uint8Array;
  /** As the store's writer makes it; absent: made when it is needed. */
  readonly digest?: string;
}

/** As it goes over the line. */
export interface SignedRequest {
  readonly server: URL;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly version: string;
}

export interface ListPage {
  readonly objects: readonly ListedObject[];
  /** Where the next page begins; absent in the last one. */
  readonly next?: string;
}

/** What the server did not do, and the words that it has for it. */
export interface Refusal {
  readonly status: number;
  /** `SlowDown`, `AuthenticationFailed`; absent where the answer has no body. */
  readonly code?: string;
  readonly message?: string;
  readonly headers: IncomingHttpHeaders;
  readonly was: Act;
}

export type Act = 'list' | 'read' | 'write' | 'delete';

export interface ObjectService {
  readonly place: StorePlace;
  /** `s3://bucket/key`: without whatever gives access. */
  describe(key: string): string;
  object(key: string): Pick<ObjectRequest, 'path'>;
  /** One page of the keys that begin with a prefix. */
  list(prefix: string, from: string | undefined, limit: number): Pick<ObjectRequest, 'path' | 'query'>;
  page(text: string): ListPage;
  /** What tells an object's bytes from others under its key, among an answer's headers. */
  versionIn(headers: IncomingHttpHeaders): string | undefined;
  /** Headers that ask for this version and no other. */
  ifVersion(version: string): Readonly<Record<string, string>>;
  /** @param now by the server's clock, as far as that is known */
  sign(request: ObjectRequest, now: Date): Promise<SignedRequest>;
  /** True where the same request may be granted when it is signed again: in another region, with fresh credentials. */
  learn(refusal: Refusal): boolean;
  /** A clause that says what is wrong and what to do. */
  explain(refusal: Refusal): string;
  /** Who asks, once something was asked: `nobody (what is public)`. No secret. */
  who(): string;
}

/** A key as it stands in a target: everything but letters, digits and `-._~/` is percent-encoded. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeName).join('/');
}

/** RFC 3986's unreserved characters alone stay as they are. */
export function encodeName(name: string): string {
  return encodeURIComponent(name).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function queryText(query: Readonly<Record<string, string>>): string {
  return Object.keys(query)
    .sort()
    .map((name) => `${encodeName(name)}=${encodeName(query[name] ?? '')}`)
    .join('&');
}

/** For stores whose versions are ETags. */
export function etagIn({ etag }: IncomingHttpHeaders): string | undefined {
  return etag?.replace(/^(?:W\/)?"|"$/g, '');
}

export function ifEtag(version: string): Readonly<Record<string, string>> {
  return { 'if-match': `"${version}"` };
}
