/** A worker's end, in TypeScript. */
import { connect, type Socket } from 'node:net';
import { type DataStore, type ReadOptions, StoreError, type StoreErrorReason, type StorePlace } from '../stores/store.ts';
import type { FilePart } from '../types.ts';
import type { HeldPart } from './fetched-parts.ts';
import type { FetchAnswer, FetchRequest } from './messages.ts';

/** Files on this machine's disk, until they are given back. */
export interface HeldFiles {
  readonly paths: readonly string[];
  release(): void;
}

export interface FilesOf {
  readonly paths: readonly string[];
  readonly versions?: readonly string[];
}

interface Pending {
  resolve(answer: FetchAnswer & { readonly content: Buffer }): void;
  reject(error: Error): void;
}

const newline = 10;

export class FetchClient {
  readonly #socket: Socket;
  readonly #pending = new Map<number, Pending>();
  #next = 0;
  /** What has come and was not understood yet. */
  #pieces: Buffer[] = [];
  #length = 0;
  /** The answer whose bytes are on their way. */
  #head: FetchAnswer | undefined;

  /** @param address of the node's socket */
  constructor(address: string) {
    this.#socket = connect(address);
    // It keeps no process alive.
    this.#socket.unref();
    this.#socket.on('data', (piece: Buffer) => this.#take(piece));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the node fetches no more')));
  }

  async files(reader: number, root: string, { paths, versions }: FilesOf): Promise<HeldFiles> {
    const id = this.#number();
    const answer = await this.#ask({ kind: 'files', id, reader, root, paths, ...(versions !== undefined && { versions }) });
    return { paths: 'paths' in answer ? answer.paths : [], release: () => this.#send({ kind: 'done', id }) };
  }

  async part(reader: number, path: string, part: FilePart, version: string | undefined): Promise<HeldPart> {
    const id = this.#number();
    const answer = await this.#ask({ kind: 'part', id, reader, path, part, ...(version !== undefined && { version }) });
    const [there = ''] = 'paths' in answer ? answer.paths : [];
    return { path: there, release: () => this.#send({ kind: 'done', id }) };
  }

  async bytes(reader: number, path: string, start: number, end: number, version: string | undefined): Promise<Buffer> {
    const id = this.#number();
    return (await this.#ask({ kind: 'bytes', id, reader, path, start, end, ...(version !== undefined && { version }) })).content;
  }

  close(): void {
    this.#socket.destroy();
  }

  #number(): number {
    this.#next += 1;
    return this.#next;
  }

  #ask(request: FetchRequest): Promise<FetchAnswer & { readonly content: Buffer }> {
    return new Promise((resolve, reject) => {
      this.#pending.set(request.id, { resolve, reject });
      this.#send(request);
    });
  }

  #send(request: FetchRequest): void {
    this.#socket.write(`${JSON.stringify(request)}\n`);
  }

  #take(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
    for (;;) {
      if (this.#head === undefined) {
        if (!piece.includes(newline)) return;
        const all = Buffer.concat(this.#pieces);
        const end = all.indexOf(newline);
        if (end < 0) return;
        this.#head = JSON.parse(all.toString('utf8', 0, end)) as FetchAnswer;
        this.#keep(all.subarray(end + 1));
      }
      const wanted = 'bytes' in this.#head ? this.#head.bytes : 0;
      if (this.#length < wanted) return;
      const all = Buffer.concat(this.#pieces);
      this.#tell(this.#head, all.subarray(0, wanted));
      this.#head = undefined;
      this.#keep(all.subarray(wanted));
      if (this.#length === 0) return;
      piece = this.#pieces[0] ?? piece;
    }
  }

  #keep(rest: Buffer): void {
    this.#pieces = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
  }

  #tell(answer: FetchAnswer, content: Buffer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if ('error' in answer) pending?.reject(new StoreError((answer.reason ?? 'unreadable') as StoreErrorReason, answer.error));
    else pending?.resolve({ ...answer, content });
  }

  #fail(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

/** The store of a reader, as a worker has it: ranges come by way of the node. */
export function storeOfNode(client: FetchClient, reader: number, place: StorePlace): DataStore {
  const refused = (): never => {
    throw new Error('a worker reads what was planned, and nothing else');
  };
  const bytes = (path: string, start: number, end: number, { version }: ReadOptions = {}) =>
    client.bytes(reader, path, start, end, version);
  async function* stream(path: string, at: number, options?: ReadOptions): AsyncGenerator<Buffer> {
    for (let next = at; ; ) {
      const piece = await bytes(path, next, next + pieceLength, options);
      if (piece.length === 0) return;
      yield piece;
      next += piece.length;
    }
  }
  return {
    place,
    list: refused,
    stat: refused,
    stream: (path, options) => stream(path, 0, options),
    read: bytes,
    open: async (path, options) => ({
      read: async (into, at) => (await bytes(path, at, at + into.length, options)).copy(into),
      stream: (at) => stream(path, at, options),
      close: async () => {},
    }),
    describe: (path) => path,
  };
}

/** Bytes that are asked for at once where a file is read from end to end. */
const pieceLength = 1024 ** 2;
