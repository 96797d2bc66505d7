/** https://learn.microsoft.com/rest/api/storageservices/put-block */
import { hash, randomBytes } from 'node:crypto';
import { StoreError } from '../store.ts';
import type { HttpText, ObjectClient } from './retry.ts';
import { etagIn, type ObjectRequest } from './service.ts';
import type { ObjectWriter } from './writer.ts';

/** Blocks that are never put together are gone after a week. */
export function azureWriter(client: ObjectClient): ObjectWriter {
  const { service } = client;
  const put = (key: string, query: ObjectRequest['query'], headers: ObjectRequest['headers'], bytes: Uint8Array, signal?: AbortSignal) =>
    client.askText({ method: 'PUT', query, headers, body: { bytes }, ...service.object(key) }, 'write', signal);

  const writer: ObjectWriter = {
    describe: (key) => service.describe(key),

    digest: (bytes) => hash('md5', bytes, 'base64'),

    async put(key, { bytes, digest }, signal) {
      return versionOf(await put(key, {}, { 'x-ms-blob-type': 'BlockBlob', ...type, 'content-md5': digest }, bytes, signal));
    },

    begin: async (key) => ({ key, id: randomBytes(8).toString('hex') }),

    async part({ key, id }, number, { bytes, digest }, signal) {
      const blockid = blockOf(id, number);
      const { status } = await put(key, { comp: 'block', blockid }, { 'content-md5': digest }, bytes, signal);
      if (status !== 201) throw gone();
      return blockid;
    },

    async complete({ key }, parts, signal) {
      // Also those of an earlier try, whose answer was lost on the way.
      const listed = parts.map(({ tag }) => `<Latest>${tag}</Latest>`).join('');
      const xml = `<?xml version="1.0" encoding="utf-8"?><BlockList>${listed}</BlockList>`;
      return versionOf(await put(key, { comp: 'blocklist' }, { 'x-ms-blob-content-type': octets }, Buffer.from(xml), signal));
    },

    abort: async () => {},

    async probe(key, signal) {
      await put(key, { comp: 'block', blockid: blockOf('0'.repeat(16), 0) }, {}, Buffer.alloc(1), signal);
    },

    async remove(key, signal) {
      await client.askText({ method: 'DELETE', query: {}, headers: {}, ...service.object(key) }, 'delete', signal);
    },
  };
  return writer;
}

const octets = 'application/octet-stream';
const type = { 'content-type': octets };

/** All of a blob are of one length. */
function blockOf(id: string, number: number): string {
  return Buffer.from(`${id}-${String(number).padStart(7, '0')}`).toString('base64');
}

function versionOf({ status, headers }: HttpText): string {
  const version = etagIn(headers);
  if (status !== 201 || version === undefined) throw gone();
  return version;
}

function gone(): StoreError {
  return new StoreError('missing', 'the server does not know the upload any more');
}
