import { nodeCommand } from '../../../../src/workers/local/node-host.ts';
import type { WorkerInit } from '../../../../src/workers/protocol/messages.ts';
import type { WireTask as Task } from '../../../../src/workers/protocol/wire.ts';
import { TestWorker } from '../../../support/worker.ts';

/** A worker with these files in its code folder; the first one is the entry script. */
export function nodeWorker(files: Readonly<Record<string, string>>, init: Partial<WorkerInit> = {}): TestWorker {
  const [entryScript = ''] = Object.keys(files);
  return new TestWorker(files).start(nodeCommand(), { ...init, entryScript });
}

export function task(index: number, paths: readonly string[] = ['a.png', 'b.png'], attempt = 1): Task {
  return [index, attempt, [0, paths]];
}
