/** Asks the thread that looks at files, once for each state of the disk. */
import { Worker } from 'node:worker_threads';
import { RequestError } from '../../errors/types.ts';
import { ownEntry } from '../../os/own-files.ts';
import type { Fingerprints } from '../../store/fingerprints.ts';
import { type Contents, clockGrain, listedHashes, type Scan } from './tree.ts';
import type { TreeAnswer, TreeRequest } from './tree-worker.ts';

export interface Trees {
  /** @param notBefore epoch milliseconds: a scan that began earlier is done again. */
  scan(path: string, notBefore: number): Promise<Scan>;
  /** Hash of the names and bytes of everything at the path. Files are read only when their sizes or times are new. */
  content(path: string, notBefore: number): Promise<Content>;
  close(): void;
}

export interface Content extends Scan {
  readonly content: string;
  /** Hash of each file, by path; absent where there are many. */
  readonly hashes?: Readonly<Record<string, string>>;
}

/** So many files of an input are told one by one. */
const fewFiles = 200;

/**
 * Reading more than this to save one run costs more than most runs; of larger inputs only names, sizes and times count.
 */
const mostBytes = 16 * 1024 ** 3;

interface Asked {
  /** Infinite while it waits for its turn: then it will see the disk later than anybody can ask for. */
  began: number;
  readonly result: Promise<Scan>;
}

export function openTrees(fingerprints: Fingerprints): Trees {
  const thread = treeThread();
  const scans = new Map<string, Asked>();
  const readings = new Map<string, { readonly stat: string; readonly result: Promise<string> }>();
  let turn: Promise<unknown> = Promise.resolve();

  /** One thing at a time, so that those who wait for the same are served by one look. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work, work);
    turn = result;
    return result;
  };

  const scan = (path: string, notBefore: number): Promise<Scan> => {
    const known = scans.get(path);
    if (known !== undefined && known.began >= notBefore) return known.result;
    const asked: Asked = {
      began: Number.POSITIVE_INFINITY,
      result: inTurn(() => {
        asked.began = Date.now();
        return thread.scan(path);
      }),
    };
    scans.set(path, asked);
    return asked.result;
  };

  const read = async (path: string, stat: string, newest: number): Promise<string> => {
    const known = fingerprints.content(path);
    if (known?.stat === stat) return known.content;
    const began = Date.now();
    const { content, listing } = await inTurn(() => thread.contents(path, fingerprints.listing(path) ?? '{}'));
    const after = await scan(path, Date.now());
    // Known by its times only if nothing changed while it was read, or so shortly before that the times can not tell.
    const settled = after.stat === stat && began - newest > clockGrain;
    fingerprints.saveContent(path, { stat: settled ? stat : '', content, listing });
    return content;
  };

  const readOnce = (path: string, stat: string, newest: number): Promise<string> => {
    const same = readings.get(path);
    if (same?.stat === stat) return same.result;
    const result = read(path, stat, newest);
    readings.set(path, { stat, result });
    return result;
  };

  return {
    scan,
    async content(path, notBefore) {
      const seen = await scan(path, notBefore);
      const { stat, newest, bytes, files } = seen;
      if (stat === undefined) return { ...seen, content: 'missing' };
      if (bytes > mostBytes) return { ...seen, content: `times:${stat}` };
      const content = await readOnce(path, stat, newest);
      return files > fewFiles ? { ...seen, content } : { ...seen, content, hashes: listedHashes(fingerprints.listing(path) ?? '{}') };
    },
    close: () => thread.close(),
  };
}

interface TreeThread {
  scan(path: string): Promise<Scan>;
  contents(path: string, known: string): Promise<Contents>;
  close(): void;
}

function treeThread(): TreeThread {
  const waiting = new Map<number, (answer: TreeAnswer) => void>();
  let last = 0;
  const failAll = (error: string) => {
    for (const [id, answer] of waiting) answer({ id, kind: 'failed', error });
    waiting.clear();
  };
  let started: Worker | undefined;
  const start = (): Worker => {
    const worker = new Worker(ownEntry('pipeline/reuse/tree-worker'));
    worker.on('message', (answer: TreeAnswer) => {
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (waiting.size === 0) worker.unref();
      asked?.(answer);
    });
    worker.on('error', (error) => failAll(error.message));
    worker.on('exit', () => failAll('the thread that looks at files ended'));
    return worker;
  };
  const ask = (request: (id: number) => TreeRequest): Promise<TreeAnswer> =>
    new Promise((resolve) => {
      started ??= start();
      const worker = started;
      last++;
      waiting.set(last, resolve);
      worker.ref();
      worker.postMessage(request(last));
    });
  return {
    async scan(path) {
      const answer = await ask((id) => ({ id, kind: 'scan', path }));
      if (answer.kind === 'scan') return answer.result;
      throw unreadable(path, answer);
    },
    async contents(path, known) {
      const answer = await ask((id) => ({ id, kind: 'contents', path, known }));
      if (answer.kind === 'contents') return answer.result;
      throw unreadable(path, answer);
    },
    close: () => void started?.terminate(),
  };
}

function unreadable(path: string, answer: TreeAnswer): RequestError {
  const reason = answer.kind === 'failed' ? answer.error : 'unexpected answer';
  return new RequestError({ code: 'unreadable-data', message: `The files at ${path} could not be looked at: ${reason}.` });
}
