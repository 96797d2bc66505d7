import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** As much of S3 as a job asks for, with any signature: pages of keys, and ranges of objects. What it gives is counted. */
export interface S3Server {
  /** For whoever reads from it. */
  readonly env: Readonly<Record<string, string>>;
  /** Bytes of objects that were sent. */
  readonly sent: () => number;
  /** Pages of keys that were sent. */
  readonly pages: () => number;
  close(): void;
}

export interface S3Content {
  /** One object at any key: this file, else a few bytes. */
  readonly file?: string;
  /** So many keys `keys/0000000.txt`, below the prefix `keys/`. */
  readonly keys?: number;
}

const keysInPage = 1000;
const fewBytes = Buffer.from('a few bytes\n');
const etag = '"v1"';

export async function s3Server({ file, keys = 0 }: S3Content): Promise<S3Server> {
  let sent = 0;
  let pages = 0;
  const descriptor = file === undefined ? undefined : openSync(file, 'r');
  const size = file === undefined ? fewBytes.length : statSync(file).size;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (searchParams.has('list-type')) {
      pages += 1;
      const prefix = searchParams.get('prefix') ?? '';
      const from = Number(searchParams.get('continuation-token') ?? 0);
      response.end(page(from, Math.min(keys, from + Number(searchParams.get('max-keys') ?? keysInPage)), keys, prefix));
      return;
    }
    if (keys > 0 && !pathname.includes('/keys/')) {
      response.writeHead(404).end();
      return;
    }
    const [, first = '0', last = String(size - 1)] = /^bytes=(\d+)-(\d+)?$/.exec(request.headers.range ?? '') ?? [];
    const start = Number(first);
    const bytes = Buffer.alloc(request.method === 'HEAD' ? 0 : Math.min(size, Number(last) + 1) - start);
    if (descriptor === undefined) fewBytes.copy(bytes, 0, start);
    else readSync(descriptor, bytes, 0, bytes.length, start);
    sent += bytes.length;
    const range = request.headers.range === undefined ? {} : { 'content-range': `bytes ${start}-${start + bytes.length - 1}/${size}` };
    const length = request.method === 'HEAD' ? size : bytes.length;
    response.writeHead(request.headers.range === undefined ? 200 : 206, { etag, 'content-length': length, ...range }).end(bytes);
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`, AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' },
    sent: () => sent,
    pages: () => pages,
    close() {
      server.closeAllConnections();
      server.close();
      if (descriptor !== undefined) closeSync(descriptor);
    },
  };
}

function page(from: number, to: number, keys: number, prefix: string): string {
  let contents = '';
  if (prefix === 'keys/')
    for (let key = from; key < to; key += 1)
      contents += `<Contents><Key>keys/${String(key).padStart(7, '0')}.txt</Key><ETag>"v1"</ETag><Size>${fewBytes.length}</Size></Contents>`;
  const more = contents !== '' && to < keys;
  return `<ListBucketResult><IsTruncated>${more}</IsTruncated>${more ? `<NextContinuationToken>${to}</NextContinuationToken>` : ''}${contents}</ListBucketResult>`;
}
