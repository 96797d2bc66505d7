import { pythonCommand } from '../../../../src/workers/local/python-host.ts';
import type { Report, WorkerInit } from '../../../../src/workers/protocol/messages.ts';
import type { WireTask as Task } from '../../../../src/workers/protocol/wire.ts';
import { TestWorker } from '../../../support/worker.ts';

const python = process.env.PARALLELRUN_PYTHON ?? 'python3';

export { pandasPython } from '../../../support/pythons.ts';

/** A worker whose entry script is this text. Further files of its code folder by name. */
export function pythonWorker(
  script: string,
  init: Partial<WorkerInit> & { readonly entryScript?: string } = {},
  files: Readonly<Record<string, string>> = {},
  interpreter = python,
): TestWorker {
  const entryScript = init.entryScript ?? 'score.py';
  return new TestWorker({ [entryScript]: script, ...files }).start(pythonCommand(interpreter), { ...init, entryScript });
}

export function task(index: number, paths: readonly string[] = ['a.png', 'b.png'], attempt = 1): Task {
  return [index, attempt, [0, paths]];
}

export type Failed = Extract<Report, { readonly type: 'failed' }>;

/** Runs one mini-batch of a script that is expected to fail it. */
export async function failure(run: string, init: Partial<WorkerInit> = {}): Promise<Failed> {
  await using worker = pythonWorker(run, init);
  worker.send([task(0)]);
  return await worker.report('failed');
}

/** Runs one mini-batch and gives its rows in the output file. */
export async function rows(run: string, init: Partial<WorkerInit> = {}): Promise<string> {
  await using worker = pythonWorker(run, init);
  worker.send([task(0)]);
  return worker.rows(await worker.outcome(0));
}
