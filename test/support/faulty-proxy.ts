/** What lies between us and a server, and fails as networks and busy servers do. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface FaultyProxy {
  readonly url: string;
  readonly requests: IncomingMessage[];
  /** What becomes of each request, in turn; the rest pass. */
  faults: Fault[];
  /** Asked before them; undefined: they say. */
  rule: (request: IncomingMessage) => Fault | undefined;
}

export type Fault =
  | 'pass'
  /** The connection is closed before an answer. */
  | 'drop'
  /** Nothing is ever answered. */
  | 'silence'
  /** The connection is closed after so many bytes of what is sent. */
  | { readonly takeOnly: number }
  /** The connection is closed after so many bytes of the answer's body. */
  | { readonly cutAfter: number }
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> };

/** @param keepsHost the server is told the host that was asked for, as signatures need it; else its own */
export async function faultyProxy(target: string, keepsHost = true): Promise<FaultyProxy> {
  const to = new URL(target);
  const server = createServer((incoming, answer) => {
    proxy.requests.push(incoming);
    handle(proxy.rule(incoming) ?? proxy.faults.shift() ?? 'pass', to, incoming, answer, keepsHost);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${to.pathname.replace(/\/$/, '')}`;
  const proxy: FaultyProxy = { url, requests: [], faults: [], rule: () => undefined };
  return proxy;
}

function handle(fault: Fault, to: URL, incoming: IncomingMessage, answer: ServerResponse, keepsHost: boolean): void {
  if (fault === 'silence') return;
  if (fault === 'drop') {
    incoming.socket.destroy();
    return;
  }
  if (typeof fault === 'object' && 'takeOnly' in fault) {
    let left = fault.takeOnly;
    incoming.on('data', (piece: Buffer) => {
      left -= piece.length;
      if (left < 0) incoming.socket.destroy();
    });
    incoming.on('end', () => incoming.socket.destroy());
    return;
  }
  if (typeof fault === 'object' && 'status' in fault) {
    incoming.resume();
    answer.writeHead(fault.status, fault.headers).end(incoming.method === 'HEAD' ? undefined : fault.body);
    return;
  }
  const outgoing = request(
    {
      host: to.hostname,
      port: to.port,
      method: incoming.method,
      path: incoming.url,
      headers: keepsHost ? incoming.headers : { ...incoming.headers, host: to.host },
    },
    (reply) => {
      answer.writeHead(reply.statusCode ?? 500, reply.headers);
      let left = typeof fault === 'object' ? fault.cutAfter : Number.POSITIVE_INFINITY;
      reply.on('data', (piece: Buffer) => {
        if (left <= 0) return;
        answer.write(piece.subarray(0, left), () => left <= 0 && answer.destroy());
        left -= piece.length;
      });
      reply.on('end', () => (left > 0 ? answer.end() : answer.destroy()));
    },
  );
  outgoing.on('error', () => answer.destroy());
  // Whoever gives up gives up at the server.
  incoming.on('close', () => incoming.complete || outgoing.destroy());
  incoming.pipe(outgoing);
}
