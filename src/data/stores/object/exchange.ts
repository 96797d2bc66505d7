/** One request and its answer, over connections that are kept. */
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as SecureAgent } from 'node:https';
import { Silence } from '../silence.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD';
  /** Only its protocol, host and port count. */
  readonly server: URL;
  /** As it goes over the line, with its query: a `URL` would resolve the dots that a key may hold. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Rejects when it breaks off before its end. */
  body(): AsyncIterable<Buffer>;
  /** For whoever does not want the body. */
  discard(): void;
}

export interface Waiting {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds of silence after which the server is given up. */
  readonly patience: number;
}

/** More requests than these wait for a connection. */
const connections = 64;
const plain = new Agent({ keepAlive: true, maxSockets: connections });
const secure = new SecureAgent({ keepAlive: true, maxSockets: connections });

/** Nothing came for too long. */
export class SilentServer extends Error {
  override readonly name = 'SilentServer';
}

/** Rejects with the network's error, a SilentServer, or the signal's reason. */
export async function exchange({ method, server, target, headers }: HttpRequest, { signal, patience }: Waiting): Promise<HttpReply> {
  signal?.throwIfAborted();
  const silence = new Silence(patience);
  const options = {
    ...{ method, headers, path: target, host: server.hostname.replace(/^\[|\]$/g, ''), port: server.port },
    signal: signal === undefined ? silence.signal : AbortSignal.any([silence.signal, signal]),
  };
  const reasonOf = (error: unknown): unknown => {
    if (signal?.aborted === true) return signal.reason;
    return silence.signal.aborted ? new SilentServer(`nothing has come from the server for ${patience / 1000} seconds`) : error;
  };
  let incoming: IncomingMessage;
  try {
    incoming = await silence.during(
      new Promise((resolve, reject) => {
        const outgoing =
          server.protocol === 'https:'
            ? requestHttps({ ...options, agent: secure }, resolve)
            : requestHttp({ ...options, agent: plain }, resolve);
        outgoing.on('error', reject).end();
      }),
    );
  } catch (error) {
    throw reasonOf(error);
  }
  // What goes wrong while nobody reads is told to whoever reads next.
  incoming.on('error', () => {});
  // There is no body, and until that is noticed the connection is not free.
  if (method === 'HEAD') incoming.resume();
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    discard: () => void (method === 'HEAD' || incoming.destroy()),
    async *body() {
      const pieces = incoming[Symbol.asyncIterator]();
      let ended = false;
      try {
        for (;;) {
          const next = await silence.during(pieces.next());
          if (next.done === true) break;
          yield next.value as Buffer;
        }
        ended = incoming.complete;
        if (!ended) throw new Error('the server broke off in the middle of its answer');
      } catch (error) {
        throw reasonOf(error);
      } finally {
        if (!ended) incoming.destroy();
      }
    },
  };
}
