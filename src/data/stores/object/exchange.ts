/** One request and its answer, over connections that are kept. */
import { Agent, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as SecureAgent } from 'node:https';
import { Silence } from '../silence.ts';

export type Method = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';

export interface HttpRequest {
  readonly method: Method;
  /** Only its protocol, host and port count. */
  readonly server: URL;
  /** As it goes over the line, with its query: a `URL` would resolve the dots that a key may hold. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `content-length` is among the headers. */
  readonly body?: Uint8Array | undefined;
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
export async function exchange({ method, server, target, headers, body }: HttpRequest, { signal, patience }: Waiting): Promise<HttpReply> {
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
    const outgoing = server.protocol === 'https:' ? requestHttps({ ...options, agent: secure }) : requestHttp({ ...options, agent: plain });
    const answered = new Promise<IncomingMessage>((resolve, reject) => outgoing.on('response', resolve).on('error', reject));
    if (body === undefined) outgoing.end();
    const isSent = body === undefined || (await send(body, outgoing, answered, silence));
    incoming = await silence.during(answered);
    // The server still waits for the rest: the connection is of no use any more.
    if (!isSent) incoming.once('close', () => outgoing.destroy());
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

/** Bytes of a body that are given to the connection at once: as long as they leave, the server is not silent. */
const sentAtOnce = 256 * 1024;

/** To the end, or until the server answers before that, which it does when it refuses: then false. */
async function send(body: Uint8Array, outgoing: ClientRequest, answered: Promise<IncomingMessage>, silence: Silence): Promise<boolean> {
  let isAnswered = false;
  answered.then(
    () => {
      isAnswered = true;
    },
    () => {},
  );
  for (let at = 0; at < body.length; at += sentAtOnce) {
    if (isAnswered) return false;
    if (outgoing.write(body.subarray(at, at + sentAtOnce))) continue;
    const drained = new Promise<void>((resolve) => outgoing.once('drain', resolve));
    await silence.during(Promise.race([drained, answered]));
  }
  outgoing.end();
  return true;
}
