import { type Found, type FoundFile, type OpenFile, StoreError } from './store.ts';
import { askServer, type WebAnswer, type WebRequest } from './web-request.ts';

/** A file of a web server, as it is asked for. */
export interface WebTarget extends WebRequest {
  /** The one that is meant. */
  readonly version?: string | undefined;
}

/** What is there, by asking for its first byte: signed addresses often allow no HEAD, and the answer also says whether there are ranges. */
export async function lookAt(target: WebTarget): Promise<Exclude<Found, { kind: 'other' }>> {
  const answer = await askRange(target, 0, 1);
  answer.discard();
  return isFolder(target, answer) ? { kind: 'folder' } : fileOf(answer);
}

/** Fills `into` with the bytes from `start` on; returns how many there were. */
export async function takeRange(target: WebTarget, into: Uint8Array, start: number, known?: FoundFile): Promise<number> {
  if (into.length === 0) return 0;
  const answer = await askRange(target, start, start + into.length);
  check(target, answer, known);
  let length = 0;
  for await (const bytes of bytesFrom(answer, start)) {
    const wanted = bytes.subarray(0, into.length - length);
    into.set(wanted, length);
    length += wanted.length;
    if (length === into.length) break;
  }
  return length;
}

export async function* streamFile(target: WebTarget): AsyncGenerator<Uint8Array> {
  const answer = await askRange(target, 0);
  check(target, answer, undefined);
  yield* bytesFrom(answer, 0);
}

/** A file that was looked at; what is read of it later must be of the same version and size. */
export class WebFile implements OpenFile {
  readonly size?: number;
  readonly version?: string;
  readonly #target: WebTarget;
  readonly #found: FoundFile;

  private constructor(target: WebTarget, found: FoundFile) {
    this.#target = target;
    this.#found = found;
    if (found.size !== undefined) this.size = found.size;
    if (found.version !== undefined) this.version = found.version;
  }

  static async open(target: WebTarget): Promise<WebFile> {
    const found = await lookAt(target);
    if (found.kind === 'folder') throw aFolder();
    if (target.version !== undefined && target.version !== found.version) throw changed();
    return new WebFile(target, found);
  }

  read(into: Uint8Array, at: number): Promise<number> {
    return takeRange(this.#target, into, at, this.#found);
  }

  async *stream(at: number): AsyncGenerator<Uint8Array> {
    const answer = await askRange(this.#target, at);
    check(this.#target, answer, this.#found);
    yield* bytesFrom(answer, at);
  }

  async close(): Promise<void> {}
}

/** A whole file is asked for without a range, which every server understands. */
function askRange(target: WebTarget, start: number, end?: number): Promise<WebAnswer> {
  const range = start === 0 && end === undefined ? {} : { range: `bytes=${start}-${end === undefined ? '' : end - 1}` };
  return askServer({ ...target, headers: { ...target.headers, ...range } });
}

/**
 * The bytes of the file from `start` on, as far as they were asked for. A server that knows no ranges sends the whole file; what is in front is then
 * thrown away.
 */
async function* bytesFrom(answer: WebAnswer, start: number): AsyncGenerator<Uint8Array> {
  if (answer.status === 416) {
    answer.discard();
    return;
  }
  const range = answer.status === 206 ? contentRange(answer) : undefined;
  if (answer.status === 206 && range?.start !== start) {
    answer.discard();
    const from = range === undefined ? 'does not say which bytes it sent' : `sent the bytes from ${range.start}`;
    throw new StoreError('unreadable', `the server ${from} where those from ${start} were asked for`);
  }
  let skip = range === undefined ? start : 0;
  let length = 0;
  for await (const bytes of answer.body()) {
    length += bytes.length;
    if (skip < bytes.length) yield bytes.subarray(skip);
    skip = Math.max(0, skip - bytes.length);
  }
  const promised = range === undefined ? fileOf(answer).size : range.end - range.start;
  if (promised !== undefined && length < promised) {
    throw new StoreError('unreadable', `the server broke off after ${length} of ${promised} bytes`);
  }
}

function check(target: WebTarget, answer: WebAnswer, known: FoundFile | undefined): void {
  const error = isFolder(target, answer) ? aFolder() : isOther(fileOf(answer), target, known) ? changed() : undefined;
  if (error === undefined) return;
  answer.discard();
  throw error;
}

function isOther({ version, size }: FoundFile, target: WebTarget, known: FoundFile | undefined): boolean {
  if (target.version !== undefined && version !== target.version) return true;
  if (known === undefined) return false;
  return version !== known.version || (size !== undefined && known.size !== undefined && size !== known.size);
}

function isFolder({ url }: WebTarget, answer: WebAnswer): boolean {
  return answer.url.pathname === `${url.pathname}/`;
}

function fileOf(answer: WebAnswer): FoundFile {
  const size = sizeOf(answer);
  const version = answer.headers.get('etag') ?? answer.headers.get('last-modified');
  return { kind: 'file', ...(size !== undefined && { size }), ...(version === null ? {} : { version }) };
}

/** Bytes of the whole file, where the answer tells. */
function sizeOf({ status, headers }: WebAnswer): number | undefined {
  if (status === 200) {
    // What is packed for the way arrives unpacked, so its length says nothing.
    const isPacked = !['identity', null].includes(headers.get('content-encoding'));
    return isPacked ? undefined : wholeNumber(headers.get('content-length'));
  }
  return wholeNumber(/\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1]);
}

/** The bytes [start, end) that a 206 says it brings. */
function contentRange({ headers }: WebAnswer): { readonly start: number; readonly end: number } | undefined {
  const [, first, last] = /^bytes (\d+)-(\d+)\//.exec(headers.get('content-range') ?? '') ?? [];
  return first === undefined || last === undefined ? undefined : { start: Number(first), end: Number(last) + 1 };
}

function wholeNumber(text: string | null | undefined): number | undefined {
  return text === null || text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}

const aFolder = (): StoreError => new StoreError('unreadable', 'it is a folder');
const changed = (): StoreError => new StoreError('changed', 'the file was changed on the server while it was read');
