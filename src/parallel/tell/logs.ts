/**
 * What the coordinator writes into a step's `logs/`: how it went, what it decided, what failed. (Workers write their own
 * files: `sys/node/…`, `user/stdout/…`, `user/stderr/…`, `user/entry_script_log/…`.) Nothing is written for a mini-batch
 * that succeeds, and a log that cannot be written never stops the step.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FailedAttempt, ScriptError } from '../../events/types.ts';
import type { ErrorKind, ErrorKinds } from './error-kinds.ts';
import { LogFile } from './log-file.ts';
import { headline, renderCodes, renderErrors, renderInitStack, renderOverview, renderResult, renderStack } from './log-text.ts';
import type { Progress, StepResult } from './told.ts';

export interface StepLogs {
  /** One more line of the overview, if the last is long enough ago. May be called as often as progress is known. */
  overview(progress: Progress): void;
  /** @param kind undefined for one of too many kinds to be told apart */
  attemptFailed(failure: FailedAttempt, kind: ErrorKind | undefined): void;
  /** A worker failed while it started: the reason among what was decided, the stacks of the first few in full. */
  initFailed(worker: string, error: ScriptError): void;
  /** A line of `sys/master_role.txt`: what the coordinator did and why (started workers, replaced one, stopped at a threshold …). */
  decided(message: string): void;
  /** `code_versions.txt`: which mini-batches ran under which code. */
  codes(codes: readonly { readonly hash: string; readonly miniBatches: string }[]): void;
  result(result: StepResult): void;
  /** Everything written so far is on its way to the disk when this resolves. Never rejects. */
  close(): Promise<void>;
}

/** Stacks are kept in full for the first of each kind, and for so many in all. */
const stacksOfKind = 5;
const stacksInAll = 100;
const errorsEveryMs = 2_000;

/**
 * Makes the folders and opens the step's logs. `warn` is told, once, when they cannot be written.
 * In a resumed step, what was decided and the stacks are added to those of earlier lives.
 * @param errors failed attempts of all lives of the step, by kind
 */
export function openStepLogs(directory: string, errors: ErrorKinds, warn: (message: string) => void): StepLogs {
  let warned = false;
  const onError = (error: Error): void => {
    if (!warned) warn(`Logs of the step cannot be written (${error.message}); it goes on without them.`);
    warned = true;
  };
  const errorFolder = join(directory, 'user', 'error');
  try {
    for (const folder of ['sys', 'user']) mkdirSync(join(directory, folder), { recursive: true });
  } catch (error) {
    onError(error as Error);
  }

  const started = new Date();
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const overviewFile = new LogFile(join(directory, `job_progress_overview.${compact(started)}.txt`), onError);
  const masterFile = new LogFile(join(directory, 'sys', 'master_role.txt'), onError);
  const errorFile = new LogFile(join(directory, 'user', 'error.txt'), onError);
  const resultFile = new LogFile(join(directory, 'job_result.txt'), onError);
  const stackFiles: LogFile[] = [];
  let codesFile: LogFile | undefined;

  let last: Progress | undefined;
  let told: Progress | undefined;
  let overviewDue = 0;
  let firstStack: number | undefined;
  let initFailures = 0;
  let errorsTimer: NodeJS.Timeout | undefined;

  function tell(progress: Progress): void {
    told = progress;
    overviewFile.append(renderOverview(progress, new Date(), seconds()));
  }

  function writeErrors(): void {
    errorsTimer = undefined;
    firstStack ??= nextStack(errorFolder, onError);
    errorFile.replace(renderErrors(errors, firstStack - 1 + stackFiles.length));
  }

  function decided(message: string): void {
    masterFile.append(`${new Date().toISOString()} ${message}\n`);
  }

  function keepStack(of: string, { type }: ScriptError, text: string): void {
    firstStack ??= nextStack(errorFolder, onError);
    const number = String(firstStack + stackFiles.length).padStart(4, '0');
    const file = new LogFile(join(errorFolder, `${number}.${type.replace(/[^\w.-]/g, '_').slice(0, 60)}.${of}.txt`), onError);
    stackFiles.push(file);
    file.replace(text);
  }

  return {
    overview(progress) {
      last = progress;
      const now = performance.now();
      if (now < overviewDue) return;
      // Ever rarer, so that a run of days has a file that can be read.
      overviewDue = now + Math.max(1_000, (now - began) / 50);
      tell(progress);
    },
    attemptFailed(failure, kind) {
      if (kind !== undefined && kind.attempts <= stacksOfKind && stackFiles.length < stacksInAll)
        keepStack(`mini_batch_${failure.miniBatch}.attempt_${failure.attempt}`, failure.error, renderStack(failure));
      errorsTimer ??= setTimeout(writeErrors, errorsEveryMs).unref();
    },
    initFailed(worker, error) {
      decided(`${worker} could not start: ${headline(error)}`);
      initFailures += 1;
      if (initFailures <= stacksOfKind) keepStack(`init.${worker.replaceAll('/', '.')}`, error, renderInitStack(worker, error));
    },
    decided,
    codes(codes) {
      codesFile ??= new LogFile(join(directory, 'code_versions.txt'), onError);
      codesFile.replace(renderCodes(codes));
    },
    result(result) {
      if (last !== undefined && last !== told) tell(last);
      resultFile.replace(renderResult(result, started, new Date(), seconds()));
    },
    async close() {
      if (errorsTimer !== undefined) {
        clearTimeout(errorsTimer);
        writeErrors();
      }
      await Promise.all(
        [overviewFile, masterFile, errorFile, resultFile, ...stackFiles, ...(codesFile === undefined ? [] : [codesFile])].map((file) =>
          file.settled(),
        ),
      );
    },
  };
}

/** Stacks of earlier lives stay: numbers go on behind them. */
function nextStack(folder: string, onError: (error: Error) => void): number {
  try {
    mkdirSync(folder, { recursive: true });
    return Math.max(0, ...readdirSync(folder).map((name) => Number.parseInt(name, 10) || 0)) + 1;
  } catch (error) {
    onError(error as Error);
    return 1;
  }
}

function compact(date: Date): string {
  return date.toISOString().slice(0, 19).replace(/[-:]/g, '');
}
