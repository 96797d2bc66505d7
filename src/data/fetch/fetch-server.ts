/** The node's end: fetches for all workers of a step. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { messageOf } from '../../errors/thrown.ts';
import { type DataStore, StoreError } from '../stores/store.ts';
import { FetchedFiles, type WantedFile } from './fetched-files.ts';
import { FetchedParts } from './fetched-parts.ts';
import type { FetchAnswer, FetchRequest } from './messages.ts';

/** Where the data of a reader is. */
export interface FetchSource {
  readonly name: string;
  readonly store: DataStore;
}

/** Bytes that fetched files take on the disk, all workers of a step together. */
export const defaultSpace = 2 * 1024 ** 3;
/** Bytes of parts of files that are kept for the next mini-batches. */
const partSpace = 512 * 1024 ** 2;

export class FetchServer {
  /** Where workers find it. */
  readonly address: string;
  readonly #folder: string;
  readonly #server: Server;
  readonly #fetched: Fetched;
  readonly #sockets = new Set<Socket>();

  private constructor(folder: string, server: Server, fetched: Fetched) {
    this.#folder = folder;
    this.address = join(folder, 'fetch');
    this.#server = server;
    this.#fetched = fetched;
  }

  /**
   * @param sources by the number of the reader
   * @param folder takes the files that are fetched; all that is in it is removed
   */
  static async open(sources: readonly FetchSource[], folder: string, space = defaultSpace): Promise<FetchServer> {
    // No input is called like that.
    const fetched = { files: new FetchedFiles(folder, space), parts: new FetchedParts(join(folder, '.parts'), Math.min(space, partSpace)) };
    const server = createServer();
    // The address of a socket must be short. Nobody else may enter the folder.
    const opened = new FetchServer(mkdtempSync(join(tmpdir(), 'prl-')), server, fetched);
    server.on('connection', (socket) => {
      opened.#sockets.add(socket);
      socket.on('close', () => opened.#sockets.delete(socket));
      new Asker(socket, sources, fetched);
    });
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject);
      server.listen(opened.address, resolve);
    });
    return opened;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#fetched.parts.close();
    await this.#fetched.files.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** What is on this machine's disk. */
interface Fetched {
  readonly files: FetchedFiles;
  readonly parts: FetchedParts;
}

/** One worker, as long as it lives: what it holds when it is gone is given back. */
class Asker {
  readonly #socket: Socket;
  readonly #sources: readonly FetchSource[];
  readonly #fetched: Fetched;
  /** How each is given back. */
  readonly #holds = new Map<number, () => void>();
  readonly #gone = new AbortController();

  constructor(socket: Socket, sources: readonly FetchSource[], fetched: Fetched) {
    this.#socket = socket;
    this.#sources = sources;
    this.#fetched = fetched;
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#gone.abort(new Error('the worker is gone'));
      for (const id of this.#holds.keys()) this.#release(id);
    });
    createInterface({ input: socket }).on('line', (line) => void this.#answer(JSON.parse(line)));
  }

  async #answer(request: FetchRequest): Promise<void> {
    const { id } = request;
    if (request.kind === 'done') return this.#release(id);
    try {
      const source = this.#sources[request.reader];
      if (source === undefined) throw new Error(`there is no reader ${request.reader}`);
      if (request.kind === 'bytes') {
        const { path, start, end, version } = request;
        const signal = this.#gone.signal;
        const bytes = await source.store.read(path, start, end, { signal, ...(version !== undefined && { version }) });
        this.#say({ id, bytes: bytes.length }, bytes);
      } else if (request.kind === 'part') {
        const { path, part, version } = request;
        const held = await this.#fetched.parts.hold({ store: source.store, path, ...(version !== undefined && { version }) }, part);
        this.#keep(id, held.release);
        this.#say({ id, paths: [held.path] });
      } else this.#say({ id, paths: await this.#hold(request, source) });
    } catch (error) {
      this.#say({ id, error: messageOf(error), ...(error instanceof StoreError && { reason: error.reason }) });
    }
  }

  async #hold(request: Extract<FetchRequest, { kind: 'files' }>, { name, store }: FetchSource): Promise<readonly string[]> {
    const { id, root, paths, versions } = request;
    const files = paths.map((path, index): WantedFile => {
      const version = versions?.[index];
      const wanted = { store, path: root === '' ? path : `${root}/${path}`, local: `${name}/${path}` };
      return version === undefined ? wanted : { ...wanted, version };
    });
    const there = await this.#fetched.files.hold(files, this.#holds.size > 0);
    this.#keep(id, () => this.#fetched.files.release(files));
    return there;
  }

  #keep(id: number, release: () => void): void {
    if (this.#gone.signal.aborted) release();
    else this.#holds.set(id, release);
  }

  #release(id: number): void {
    const release = this.#holds.get(id);
    this.#holds.delete(id);
    release?.();
  }

  #say(answer: FetchAnswer, bytes?: Buffer): void {
    if (this.#socket.destroyed) return;
    this.#socket.write(`${JSON.stringify(answer)}\n`);
    if (bytes !== undefined) this.#socket.write(bytes);
  }
}
