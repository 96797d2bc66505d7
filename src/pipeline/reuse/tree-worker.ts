/** The thread that looks at files for `trees.ts`. */
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../errors/thrown.ts';
import { type Contents, contents, type Scan, scan } from './tree.ts';

export type TreeRequest =
  | { readonly id: number; readonly kind: 'scan'; readonly path: string }
  | { readonly id: number; readonly kind: 'contents'; readonly path: string; readonly known: string };

export type TreeAnswer =
  | { readonly id: number; readonly kind: 'scan'; readonly result: Scan }
  | { readonly id: number; readonly kind: 'contents'; readonly result: Contents }
  | { readonly id: number; readonly kind: 'failed'; readonly error: string };

function answer(request: TreeRequest): TreeAnswer {
  const { id, kind, path } = request;
  try {
    return kind === 'scan' ? { id, kind, result: scan(path) } : { id, kind, result: contents(path, request.known) };
  } catch (error) {
    return { id, kind: 'failed', error: messageOf(error) };
  }
}

parentPort?.on('message', (request: TreeRequest) => parentPort?.postMessage(answer(request)));
