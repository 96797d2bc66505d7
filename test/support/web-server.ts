/** A web server of one test: files in memory, and the ways in which servers differ and fail. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface WebServer {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  /** What was asked for, in order. */
  readonly requests: readonly IncomingMessage[];
  /** Contents by decoded path without a leading slash. A folder is what is in front of a slash. */
  readonly files: Map<string, Buffer>;
  behaviour: Behaviour;
}

export interface Behaviour {
  /** Default true. */
  readonly ranges?: boolean;
  /** Every answer; undefined answers as usual. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Bytes of a body after which the connection is cut. */
  readonly cutAfter?: number;
  /** Says neither how long a file is, nor which version. */
  readonly mute?: boolean;
}

export async function webServer(files: Readonly<Record<string, string | Uint8Array>> = {}, behaviour: Behaviour = {}): Promise<WebServer> {
  const requests: IncomingMessage[] = [];
  const contents = new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)]));
  const server = createServer((request, response) => {
    requests.push(request);
    if (web.behaviour.answer?.(request, response) === true) return;
    serve(web, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const web: WebServer = { url: `http://127.0.0.1:${port}/`, requests, files: contents, behaviour };
  return web;
}

function serve({ files, behaviour }: WebServer, request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '/', 'http://host');
  const path = decodeURIComponent(pathname.slice(1));
  const content = files.get(path);
  if (content === undefined) {
    const isFolder = [...files.keys()].some((name) => name.startsWith(`${path.replace(/\/$/, '')}/`));
    if (isFolder && !path.endsWith('/')) response.writeHead(301, { location: `${pathname}/` }).end();
    else response.writeHead(isFolder ? 200 : 404).end(isFolder ? '<html>what is in it</html>' : 'nothing');
    return;
  }
  const headers = behaviour.mute === true ? {} : { etag: etagOf(content) };
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  if (first === undefined || behaviour.ranges === false) {
    send(response, 200, content, behaviour.mute === true ? headers : { ...headers, 'content-length': content.length }, behaviour);
    return;
  }
  const start = Number(first);
  const end = Math.min(content.length, last === '' ? content.length : Number(last) + 1);
  if (start >= content.length) {
    response.writeHead(416, { ...headers, 'content-range': `bytes */${content.length}` }).end();
    return;
  }
  const range = { 'content-range': `bytes ${start}-${end - 1}/${content.length}`, 'content-length': end - start };
  send(response, 206, content.subarray(start, end), { ...headers, ...range }, behaviour);
}

function send(
  response: ServerResponse,
  status: number,
  body: Buffer,
  headers: Record<string, string | number>,
  { cutAfter }: Behaviour,
): void {
  response.writeHead(status, headers);
  if (cutAfter === undefined || cutAfter >= body.length) response.end(body);
  else response.write(body.subarray(0, cutAfter), () => response.destroy());
}

function etagOf(content: Buffer): string {
  return `"${content.length}-${content.subarray(0, 100).toString('hex')}"`;
}
