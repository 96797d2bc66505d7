/**
 * Parts are objects of their own, in a hidden folder beside the object, until they are composed into it
 * (https://cloud.google.com/storage/docs/composite-objects): they can come from several machines, in any order, and no address gives anybody access,
 * as that of a resumable upload would.
 */
import { hash, randomBytes } from 'node:crypto';
import { StoreError } from '../store.ts';
import type { Method } from './exchange.ts';
import type { GcsPlace } from './gcs.ts';
import type { HttpText, ObjectClient } from './retry.ts';
import { encodeName, type ObjectRequest } from './service.ts';
import type { ObjectWriter, Piece, Upload } from './writer.ts';

/** Objects that are composed at once; the most that the service takes. */
const composedAtOnce = 32;
const askedAtOnce = 8;

interface Composable {
  readonly name: string;
  readonly generation: string;
}

export function gcsWriter(client: ObjectClient, { bucket }: GcsPlace): ObjectWriter {
  const { service } = client;
  const octets = { 'content-type': 'application/octet-stream' };

  const insert = async (name: string, { bytes, digest }: Piece, signal?: AbortSignal): Promise<string> => {
    for (let turn = 1; ; turn += 1) {
      const query = { uploadType: 'media', name };
      const path = `/upload/storage/v1/b/${bucket}/o`;
      const answer = await client.askText({ method: 'POST', path, query, headers: octets, body: { bytes } }, 'write', signal);
      const { generation, md5Hash } = inserted(answer);
      if (md5Hash === undefined || md5Hash === digest) return generation;
      if (turn >= client.tries) throw new StoreError('unreadable', 'other bytes came to the server than were sent');
    }
  };

  const onObject = (method: Method, name: string, act: string, content?: unknown): ObjectRequest => ({
    method,
    path: `/storage/v1/b/${bucket}/o/${encodeName(name)}${act}`,
    isEncoded: true,
    query: {},
    headers: content === undefined ? {} : { 'content-type': 'application/json' },
    ...(content !== undefined && { body: { bytes: Buffer.from(JSON.stringify(content)) } }),
  });

  const compose = async (name: string, sources: readonly Composable[], signal?: AbortSignal): Promise<string> => {
    const sourceObjects = sources.map((source) => ({ name: source.name, generation: source.generation }));
    const content = { sourceObjects, destination: { contentType: octets['content-type'] } };
    return inserted(await client.askText(onObject('POST', name, '/compose', content), 'write', signal)).generation;
  };

  const remove = async (name: string, signal?: AbortSignal): Promise<void> => {
    await client.askText(onObject('DELETE', name, ''), 'delete', signal);
  };

  const removeParts = async (upload: Upload, signal?: AbortSignal): Promise<void> => {
    for (let from: string | undefined; ; ) {
      const request: ObjectRequest = { method: 'GET', headers: {}, ...service.list(folderOf(upload), from, 1000) };
      const { status, text } = await client.askText(request, 'list', signal);
      if (status !== 200) return;
      const { objects, next } = service.page(text);
      await several(objects, ({ key }) => remove(key, signal));
      if (next === undefined) return;
      from = next;
    }
  };

  return {
    describe: (key) => service.describe(key),
    digest: (bytes) => hash('md5', bytes, 'base64'),
    put: insert,
    begin: async (key) => ({ key, id: randomBytes(8).toString('hex') }),
    part: (upload, number, piece, signal) => insert(partOf(upload, 0, number), piece, signal),

    async complete(upload, parts, signal) {
      let sources: readonly Composable[] = parts.map(({ tag }, index) => ({ name: partOf(upload, 0, index + 1), generation: tag }));
      for (let level = 1; sources.length > composedAtOnce; level += 1) {
        const groups = Array.from({ length: Math.ceil(sources.length / composedAtOnce) }, (_, index) =>
          sources.slice(index * composedAtOnce, (index + 1) * composedAtOnce),
        );
        sources = await several(groups, async (group, index) => {
          const name = partOf(upload, level, index + 1);
          return { name, generation: await compose(name, group, signal) };
        });
      }
      const version = await compose(upload.key, sources, signal);
      // The object is whole, whatever becomes of them.
      await removeParts(upload, signal).catch(() => {});
      return version;
    },

    abort: removeParts,

    // A session for an upload is begun and given up.
    async probe(key, signal) {
      const path = `/upload/storage/v1/b/${bucket}/o`;
      const query = { uploadType: 'resumable', name: key };
      const { headers } = await client.askText({ method: 'POST', path, query, headers: {}, body: { bytes: nothing } }, 'write', signal);
      const { searchParams } = new URL(headers.location ?? '', 'http://none');
      const session = searchParams.get('upload_id');
      if (session === null) return;
      // The service says 499 to that, others 204.
      await client
        .askText({ method: 'DELETE', path, query: { ...query, upload_id: session }, headers: {} }, 'write', signal)
        .catch(() => {});
    },

    remove,
  };
}

const nothing = Buffer.alloc(0);

function folderOf({ key, id }: Upload): string {
  return `${key.slice(0, key.lastIndexOf('/') + 1)}.parallelrun-${id}/`;
}

function partOf(upload: Upload, level: number, number: number): string {
  return `${folderOf(upload)}${level}-${String(number).padStart(5, '0')}`;
}

function inserted({ status, text }: HttpText): { readonly generation: string; readonly md5Hash?: string } {
  if (status === 404) throw new StoreError('missing', 'the bucket, or a part that was sent, is not there');
  if (status !== 200) throw new StoreError('unreadable', `the server did not say that it has the bytes (${status})`);
  return JSON.parse(text);
}

/** In order, several at once. */
async function several<T, R>(all: readonly T[], act: (each: T, index: number) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = all.entries();
  const work = async (): Promise<void> => {
    for (const [index, each] of queue) results[index] = await act(each, index);
  };
  await Promise.all(Array.from({ length: askedAtOnce }, work));
  return results;
}
