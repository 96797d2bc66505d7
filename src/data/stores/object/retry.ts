/** Asks an object store until it answers: what passes by itself is waited for, what does not is told. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isErrno, messageOf } from '../../../errors/thrown.ts';
import { StoreError } from '../store.ts';
import { exchange, type HttpReply, SilentServer } from './exchange.ts';
import type { Act, ObjectRequest, ObjectService, Refusal } from './service.ts';
import { textOf } from './xml.ts';

export interface Patience {
  /** Milliseconds of silence after which a try is given up. Default a minute. */
  readonly silence?: number;
  /** Tries in all. Default 7: some 12 seconds of waiting. */
  readonly tries?: number;
  /** Milliseconds before the second try; each further one waits up to twice as long. Default 200. */
  readonly firstWait?: number;
}

const longestWait = 20_000;
/** Bytes of a refusal that are looked at. */
const refusalLength = 65_536;
/** A clock that is wrong by less is not what a signature is refused for. */
const clockTolerance = 60_000;

const busyCodes = /^(?:SlowDown|Throttling|RequestTimeout|ServerBusy|OperationTimedOut|InternalError|OperationAborted)/;
/** Of an upload in parts: what was sent of it is no longer there. */
const goneCodes = /^InvalidBlockList$/;
const skewCodes = /^(?:RequestTimeTooSkewed|AuthenticationFailed|RequestExpired)$/;
const passingErrors = [
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ENETUNREACH',
  'EHOSTUNREACH',
] as const;

export class ObjectClient {
  readonly service: ObjectService;
  readonly #patience: Required<Patience>;
  /** Milliseconds by which the server's clock is ahead of ours. */
  #ahead = 0;

  constructor(service: ObjectService, { silence = 60_000, tries = 7, firstWait = 200 }: Patience = {}) {
    this.service = service;
    this.#patience = { silence, tries, firstWait };
  }

  /** An answer that is a 2xx, a 404, a 412 or a 416. Rejects with a StoreError, or with the signal's reason. */
  async ask(request: ObjectRequest, was: Act, signal?: AbortSignal): Promise<HttpReply> {
    let learned = false;
    for (let turn = 1; ; turn += 1) {
      const answer = await this.#try(request, was, signal);
      if ('reply' in answer) return answer.reply;
      if (answer.refusal !== undefined && !learned && this.#learn(answer.refusal)) {
        learned = true;
        continue;
      }
      if (!answer.passes || turn >= this.#patience.tries) throw answer.error(turn);
      await this.pause(turn, signal, answer.refusal);
    }
  }

  /** The same, with the whole body of the answer. */
  async askText(request: ObjectRequest, was: Act, signal?: AbortSignal): Promise<HttpText> {
    for (let turn = 1; ; turn += 1) {
      const { status, headers, body } = await this.ask(request, was, signal);
      try {
        const pieces: Buffer[] = [];
        for await (const piece of body()) pieces.push(piece);
        return { status, headers, text: Buffer.concat(pieces).toString() };
      } catch (error) {
        if (signal?.aborted === true) throw error;
        if (!isPassing(error) || turn >= this.tries) throw new StoreError('unreadable', networkReason(error), { cause: error });
        await this.pause(turn, signal);
      }
    }
  }

  /** Before the next try. @param turn of the try that failed, from 1 on */
  async pause(turn: number, signal: AbortSignal | undefined, refusal?: Refusal): Promise<void> {
    const longest = Math.min(longestWait, this.#patience.firstWait * 2 ** (turn - 1));
    const asked = Number(refusal?.headers['retry-after']) * 1000;
    const wait = asked > 0 ? Math.min(asked, longestWait) : longest * (0.5 + Math.random() / 2);
    await sleep(wait, undefined, signal === undefined ? {} : { signal }).catch(() => signal?.throwIfAborted());
  }

  get tries(): number {
    return this.#patience.tries;
  }

  async #try(request: ObjectRequest, was: Act, signal: AbortSignal | undefined): Promise<Answer> {
    const { service } = this;
    const waiting = { signal, patience: this.#patience.silence };
    try {
      const signed = await service.sign(request, new Date(Date.now() + this.#ahead));
      const reply = await exchange({ method: request.method, body: request.body?.bytes, ...signed }, waiting);
      if ((reply.status >= 200 && reply.status < 300) || reply.status === 416 || reply.status === 412) return { reply };
      const refusal = await this.#refusalOf(reply, request, was, signal);
      if (reply.status === 404 && refusal.code !== 'NoSuchBucket' && refusal.code !== 'ContainerNotFound') return { reply };
      const passes = [408, 429, 500, 502, 503, 504].includes(reply.status) || busyCodes.test(refusal.code ?? '');
      const reason = goneCodes.test(refusal.code ?? '') ? 'missing' : 'unreadable';
      const error = (turn: number) => new StoreError(reason, `${service.explain(refusal)}${triedText(passes ? turn : 1)}`);
      return { refusal, passes, error };
    } catch (thrown) {
      signal?.throwIfAborted();
      if (thrown instanceof StoreError) throw thrown;
      const passes = isPassing(thrown);
      const error = (turn: number) =>
        new StoreError('unreadable', `${networkReason(thrown)}${triedText(passes ? turn : 1)}`, { cause: thrown });
      return { passes, error };
    }
  }

  /** An answer to HEAD has no words: they are asked for. */
  async #refusalOf(reply: HttpReply, request: ObjectRequest, was: Act, signal: AbortSignal | undefined): Promise<Refusal> {
    const refusal = await refusalIn(reply, request, was);
    if (request.method !== 'HEAD' || refusal.code !== undefined || reply.status >= 500 || reply.status === 404) return refusal;
    const again: ObjectRequest = { ...request, method: 'GET', headers: { ...request.headers, range: 'bytes=0-0' } };
    const signed = await this.service.sign(again, new Date(Date.now() + this.#ahead));
    const told = await exchange({ method: 'GET', ...signed }, { signal, patience: this.#patience.silence });
    if (told.status === reply.status) return refusalIn(told, again, was);
    told.discard();
    return refusal;
  }

  /** Whether there is reason to ask the same once more. */
  #learn(refusal: Refusal): boolean {
    const server = Date.parse(String(refusal.headers.date));
    const ahead = server - Date.now();
    if (skewCodes.test(refusal.code ?? '') && Math.abs(ahead - this.#ahead) > clockTolerance) {
      this.#ahead = ahead;
      return true;
    }
    return this.service.learn(refusal);
  }
}

export interface HttpText extends Pick<HttpReply, 'status' | 'headers'> {
  readonly text: string;
}

type Answer =
  | { readonly reply: HttpReply }
  | { readonly refusal?: Refusal; readonly passes: boolean; readonly error: (turn: number) => StoreError };

/** What goes by itself: the same request may be answered next time. */
export function isPassing(thrown: unknown): boolean {
  if (thrown instanceof SilentServer || isErrno(thrown, ...passingErrors)) return true;
  return thrown instanceof Error && /socket hang up|aborted|broke off|Parse Error/.test(thrown.message);
}

export function networkReason(thrown: unknown): string {
  // With several addresses only a code says why.
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  return messageOf(thrown) || code;
}

function triedText(turns: number): string {
  return turns > 1 ? ` (tried ${turns} times)` : '';
}

async function refusalIn(reply: HttpReply, { method }: ObjectRequest, was: Act): Promise<Refusal> {
  const text = method === 'HEAD' ? '' : await beginning(reply);
  const said = text.startsWith('{') ? jsonRefusal(text) : { code: textOf(text, 'Code'), message: textOf(text, 'Message') };
  const code = said.code ?? reply.headers['x-ms-error-code']?.toString();
  const message = said.message?.split('\n')[0];
  return {
    status: reply.status,
    headers: reply.headers,
    was,
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message }),
  };
}

async function beginning(reply: HttpReply): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of reply.body()) {
    pieces.push(piece);
    length += piece.length;
    if (length > refusalLength) break;
  }
  return Buffer.concat(pieces).toString();
}

/** https://cloud.google.com/storage/docs/json_api/v1/status-codes */
function jsonRefusal(text: string): { readonly code?: string; readonly message?: string } {
  try {
    const { error = {} }: { readonly error?: { readonly message?: string; readonly errors?: readonly { readonly reason?: string }[] } } =
      JSON.parse(text);
    const code = error.errors?.[0]?.reason;
    return { ...(code !== undefined && { code }), ...(error.message !== undefined && { message: error.message }) };
  } catch {
    return {};
  }
}
