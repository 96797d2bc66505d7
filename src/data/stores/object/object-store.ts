import { RequestError } from '../../../errors/types.ts';
import { type DataStore, type Found, type FoundFile, type Listed, type OpenFile, type ReadOptions, StoreError } from '../store.ts';
import type { HttpReply } from './exchange.ts';
import { isPassing, networkReason, ObjectClient, type Patience } from './retry.ts';
import type { ListPage, ObjectService } from './service.ts';

/** Keys of a page; the most that stores give. */
const pageLength = 1000;

export interface ObjectStore extends DataStore {
  /** Who asks, once something was asked. */
  who(): string;
}

/**
 * Objects as files: what stands between slashes in a key is a folder. A key that ends in a slash marks an empty folder and is no file.
 * A version is the ETag.
 */
export function objectStore(service: ObjectService, patience?: Patience): ObjectStore {
  const client = new ObjectClient(service, patience);
  return {
    place: service.place,
    list: (folder, signal) => list(client, folder, signal),

    async stat(path, signal): Promise<Found | undefined> {
      const reply = path === '' || path.endsWith('/') ? undefined : await ask(client, 'HEAD', path, {}, { signal });
      if (reply !== undefined && reply.status !== 404) {
        reply.discard();
        return fileOf(client, reply);
      }
      return (await isFolder(client, path, signal)) ? { kind: 'folder' } : undefined;
    },

    async read(path, start, end, options = {}) {
      const into = Buffer.allocUnsafe(Math.max(0, end - start));
      return into.subarray(0, await fill(client, path, into, start, options));
    },

    stream: (path, options = {}) => bytes(client, path, 0, undefined, options),

    async open(path, options = {}) {
      const reply = await ask(client, 'HEAD', path, ifMatch(client, options), options);
      reply.discard();
      await refuseOther(client, path, reply, options);
      return new ObjectFile(client, path, fileOf(client, reply), options.signal);
    },

    describe: (path) => service.describe(path),
    who: () => service.who(),
  };
}

async function* list(client: ObjectClient, folder: string, signal?: AbortSignal): AsyncGenerator<readonly Listed[]> {
  const prefix = prefixOf(folder);
  for (let page = await pageAfter(client, prefix, undefined, signal); ; ) {
    // The next page is on its way while this one is worked on.
    const next = page.next === undefined ? undefined : pageAfter(client, prefix, page.next, signal);
    next?.catch(() => {});
    yield page.objects.filter(({ key }) => !key.endsWith('/')).map(({ key, ...rest }) => ({ path: key.slice(prefix.length), ...rest }));
    if (next === undefined) return;
    page = await next;
  }
}

async function pageAfter(client: ObjectClient, prefix: string, from: string | undefined, signal?: AbortSignal): Promise<ListPage> {
  try {
    return await listPage(client, prefix, from, pageLength, signal);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const message = `${client.service.describe(prefix)} cannot be listed: ${error.message}.`;
    throw new RequestError({ code: 'unreadable-folder', message }, { cause: error });
  }
}

async function listPage(
  client: ObjectClient,
  prefix: string,
  from: string | undefined,
  limit: number,
  signal?: AbortSignal,
): Promise<ListPage> {
  const { service } = client;
  const { status, text } = await client.askText({ method: 'GET', headers: {}, ...service.list(prefix, from, limit) }, 'list', signal);
  if (status === 404) throw new StoreError('missing', 'there is no such place');
  return service.page(text);
}

async function isFolder(client: ObjectClient, path: string, signal?: AbortSignal): Promise<boolean> {
  const { objects } = await listPage(client, prefixOf(path), undefined, 1, signal);
  // Of an empty bucket it is known that it is there.
  return path === '' || objects.length > 0;
}

function prefixOf(folder: string): string {
  return folder === '' || folder.endsWith('/') ? folder : `${folder}/`;
}

/** One version of an object. */
class ObjectFile implements OpenFile {
  readonly size?: number;
  readonly version?: string;
  readonly #client: ObjectClient;
  readonly #path: string;
  readonly #options: ReadOptions;

  constructor(client: ObjectClient, path: string, { size, version }: FoundFile, signal: AbortSignal | undefined) {
    this.#client = client;
    this.#path = path;
    if (size !== undefined) this.size = size;
    if (version !== undefined) this.version = version;
    this.#options = { ...(version !== undefined && { version }), ...(signal !== undefined && { signal }) };
  }

  read(into: Uint8Array, at: number): Promise<number> {
    return fill(this.#client, this.#path, into, at, this.#options);
  }

  stream(at: number): AsyncIterable<Uint8Array> {
    return bytes(this.#client, this.#path, at, undefined, this.#options);
  }

  async close(): Promise<void> {}
}

async function fill(client: ObjectClient, path: string, into: Uint8Array, start: number, options: ReadOptions): Promise<number> {
  if (into.length === 0) return 0;
  let length = 0;
  for await (const piece of bytes(client, path, start, start + into.length, options)) {
    into.set(piece, length);
    length += piece.length;
  }
  return length;
}

/** Bytes [at, end), as far as they are there. Where a body breaks off, the rest of the same version is asked for. */
async function* bytes(
  client: ObjectClient,
  path: string,
  at: number,
  end: number | undefined,
  options: ReadOptions,
): AsyncGenerator<Buffer> {
  let known = options;
  let next = at;
  for (let turn = 1; end === undefined || next < end; ) {
    const range = next === 0 && end === undefined ? {} : { range: `bytes=${next}-${end === undefined ? '' : end - 1}` };
    const reply = await ask(client, 'GET', path, { ...range, ...ifMatch(client, known) }, known);
    await refuseOther(client, path, reply, known);
    if (reply.status === 416) {
      reply.discard();
      return;
    }
    const { version, size } = fileOf(client, reply);
    if (version !== undefined) known = { ...known, version };
    const from = rangeOf(reply)?.start ?? 0;
    const isAll = size !== undefined && (end === undefined || size <= end);
    if (from !== next || (rangeOf(reply) === undefined && end !== undefined && !isAll)) {
      reply.discard();
      throw new StoreError('unreadable', `the server sent the bytes from ${from} where those from ${next} were asked for`);
    }
    try {
      for await (const piece of reply.body()) {
        next += piece.length;
        turn = 1;
        yield piece;
      }
      return;
    } catch (error) {
      if (!isPassing(error) || turn >= client.tries) throw options.signal?.aborted === true ? error : unreadable(error);
      await client.pause(turn, options.signal);
      turn += 1;
    }
  }
}

function ask(
  client: ObjectClient,
  method: 'GET' | 'HEAD',
  key: string,
  headers: Readonly<Record<string, string>>,
  { signal }: { readonly signal?: AbortSignal | undefined },
): Promise<HttpReply> {
  return client.ask({ method, query: {}, headers, ...client.service.object(key) }, 'read', signal);
}

function ifMatch({ service }: ObjectClient, { version }: ReadOptions): Readonly<Record<string, string>> {
  return version === undefined ? {} : service.ifVersion(version);
}

/** Some servers know no conditions: what they say of the object counts too. */
async function refuseOther(client: ObjectClient, path: string, reply: HttpReply, { version, signal }: ReadOptions): Promise<void> {
  const found = fileOf(client, reply).version;
  const error =
    reply.status === 404
      ? (await isFolder(client, path, signal))
        ? new StoreError('unreadable', 'it is a folder')
        : new StoreError('missing', 'it is not there')
      : reply.status === 412 || (version !== undefined && found !== undefined && found !== version)
        ? new StoreError('changed', 'it has changed since it was planned. Let it be while a job reads it, and start a new job')
        : undefined;
  if (error === undefined) return;
  reply.discard();
  throw error;
}

function fileOf({ service }: ObjectClient, reply: HttpReply): FoundFile {
  const { headers } = reply;
  const size = rangeOf(reply)?.size ?? headers['content-length'];
  const version = service.versionIn(headers);
  return { kind: 'file', ...(size !== undefined && { size: Number(size) }), ...(version !== undefined && { version }) };
}

/** Told by the header, whatever the status: there are servers that send a range with a 200. */
function rangeOf({ headers }: HttpReply): { readonly start: number; readonly size: string } | undefined {
  const [, start, size] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
  return start === undefined || size === undefined ? undefined : { start: Number(start), size };
}

function unreadable(error: unknown): StoreError {
  return error instanceof StoreError ? error : new StoreError('unreadable', networkReason(error), { cause: error });
}
