/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */
import { hash } from 'node:crypto';
import { StoreError } from '../store.ts';
import type { Method } from './exchange.ts';
import type { HttpText, ObjectClient } from './retry.ts';
import { etagIn, type ObjectRequest } from './service.ts';
import type { ObjectWriter, Piece, SentPart, Upload } from './writer.ts';
import { escaped, textOf } from './xml.ts';

export function s3Writer(client: ObjectClient): ObjectWriter {
  const { service } = client;
  const ask = (method: Method, key: string, query: ObjectRequest['query'], body: ObjectRequest['body'], signal?: AbortSignal) =>
    client.askText({ method, query, headers: {}, ...service.object(key), ...(body !== undefined && { body }) }, 'write', signal);

  const writer: ObjectWriter = {
    describe: (key) => service.describe(key),

    // Signed with the request: the server refuses other bytes.
    digest: (bytes) => hash('sha256', bytes),

    async put(key, piece, signal) {
      return versionOf(await ask('PUT', key, {}, piece, signal));
    },

    async begin(key, signal) {
      const { headers, text } = await ask('POST', key, { uploads: '' }, undefined, signal);
      const id = textOf(text, 'UploadId');
      if (id === undefined) throw new StoreError('unreadable', 'the server began no upload in parts');
      const began = Date.parse(headers.date ?? '');
      return { key, id, ...(!Number.isNaN(began) && { began }) };
    },

    async part({ key, id }, number, piece: Piece, signal) {
      return versionOf(await ask('PUT', key, { partNumber: String(number), uploadId: id }, piece, signal));
    },

    async complete(upload, parts, signal) {
      const body = { bytes: Buffer.from(partsXml(parts)) };
      for (let turn = 1; ; turn += 1) {
        const { status, text } = await ask('POST', upload.key, { uploadId: upload.id }, body, signal);
        if (status === 404) return completedBefore(client, upload, parts, signal);
        // What goes wrong after the beginning of the answer is told in a 200.
        const code = textOf(text, 'Code');
        const version = textOf(text, 'ETag')?.replaceAll('"', '');
        if (code === undefined && version !== undefined) return version;
        if (turn >= client.tries) throw new StoreError('unreadable', `the server did not join the parts (${code ?? 'it said nothing'})`);
        await client.pause(turn, signal);
      }
    },

    async abort({ key, id }, signal) {
      await ask('DELETE', key, { uploadId: id }, undefined, signal);
    },

    async probe(key, signal) {
      await writer.abort(await writer.begin(key, signal), signal);
    },

    async remove(key, signal) {
      await client.askText({ method: 'DELETE', query: {}, headers: {}, ...service.object(key) }, 'delete', signal);
    },
  };
  return writer;
}

function versionOf({ status, headers }: HttpText): string {
  if (status === 404) throw gone();
  const version = etagIn(headers);
  if (version === undefined) throw new StoreError('unreadable', `the server did not say that it has the bytes (${status})`);
  return version;
}

/** The upload is not known: either it has completed, and the answer was lost on the way, or it was aborted. */
async function completedBefore(
  client: ObjectClient,
  { key, began = Number.POSITIVE_INFINITY }: Upload,
  parts: readonly SentPart[],
  signal?: AbortSignal,
): Promise<string> {
  const request: ObjectRequest = { method: 'HEAD', query: {}, headers: {}, ...client.service.object(key) };
  const { status, headers } = await client.askText(request, 'write', signal);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const version = etagIn(headers);
  const isOurs = Number(headers['content-length']) === length && Date.parse(headers['last-modified'] ?? '') >= began;
  if (status !== 200 || version === undefined || !isOurs) throw gone();
  return version;
}

function partsXml(parts: readonly SentPart[]): string {
  const listed = parts.map(
    ({ tag }, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>&quot;${escaped(tag)}&quot;</ETag></Part>`,
  );
  return `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${listed.join('')}</CompleteMultipartUpload>`;
}

function gone(): StoreError {
  return new StoreError('missing', 'the server does not know the upload any more');
}
