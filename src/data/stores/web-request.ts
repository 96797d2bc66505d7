import { Silence } from './silence.ts';
import { StoreError } from './store.ts';

const aMinute = 60_000;

export interface WebRequest {
  /** As the server needs it: with its query. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds of silence after which the server is given up. Default a minute. */
  readonly patience?: number | undefined;
}

/** What a server answered: a 2xx, or 416 where a range was asked for. Everything else was thrown. */
export interface WebAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Where redirects led. */
  readonly url: URL;
  /** To its end or an error: a body that breaks off is never taken for a whole one. */
  body(): AsyncIterable<Uint8Array>;
  /** For whoever does not want the body. */
  discard(): void;
}

/** Asks a server, following redirects. Rejects with a StoreError, or with the signal's reason. */
export async function askServer({ url, headers, signal, patience = aMinute }: WebRequest): Promise<WebAnswer> {
  const silence = new Silence(patience);
  const stop = new AbortController();
  const signals = [silence.signal, stop.signal, ...(signal === undefined ? [] : [signal])];
  const reasonOf = (error: unknown): unknown => {
    if (signal?.aborted === true) return signal.reason;
    if (silence.signal.aborted) return new StoreError('unreadable', `nothing has come from the server for ${patience / 1000} seconds`);
    return new StoreError('unreadable', networkReason(error), { cause: error });
  };
  let response: Response;
  try {
    response = await silence.during(fetch(url, { headers, signal: AbortSignal.any(signals) }));
  } catch (error) {
    throw reasonOf(error);
  }
  const discard = (): void => stop.abort();
  if (!response.ok && response.status !== 416) {
    discard();
    throw refusal(response.status, response.statusText);
  }
  return {
    status: response.status,
    headers: response.headers,
    url: new URL(response.url),
    discard,
    async *body() {
      const reader = response.body?.getReader();
      try {
        for (;;) {
          const next = await silence.during(reader?.read() ?? Promise.resolve({ done: true, value: undefined }));
          if (next.done) return;
          yield next.value;
        }
      } catch (error) {
        throw reasonOf(error);
      } finally {
        discard();
      }
    },
  };
}

function refusal(status: number, text: string): StoreError {
  const said = `${status}${text === '' ? '' : ` ${text}`}`;
  if (status === 404 || status === 410) return new StoreError('missing', `the server has no such file (${said})`);
  if (status === 401 || status === 403) {
    return new StoreError('unreadable', `the server refuses access (${said}); a signed address may have expired`);
  }
  if (status === 429 || status === 503) return new StoreError('unreadable', `the server is too busy at the moment (${said})`);
  return new StoreError('unreadable', status >= 500 ? `the server has failed (${said})` : `the server answered ${said}`);
}

/** `fetch` says only that it failed; why stands in the error's cause, and with several addresses only in a code. */
export function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  if (cause.message !== '') return cause.message;
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : error.message;
}
