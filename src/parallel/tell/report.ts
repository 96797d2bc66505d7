/** The sentences that a step ends with. Pure. */
import { formatMiniBatches, formatNumberOf } from '../../events/format.ts';
import type { ScriptError } from '../../events/types.ts';
import type { Doing } from '../../workers/protocol/messages.ts';
import type { Standstill } from '../dispatch/stall.ts';
import type { Verdict } from '../record/thresholds.ts';
import type { ParallelRun } from '../types.ts';
import type { ErrorKinds } from './error-kinds.ts';

export function thresholdPassed(verdict: Extract<Verdict, { readonly kind: 'exceeded' }>, errors: ErrorKinds): string {
  const { setting, limit, count, unit } = verdict;
  const allowed = setting === 'allowed_failed_percent' ? `${limit} % are allowed, ${count} ${unit}` : `${limit} allowed, ${count} ${unit}`;
  return `${setting} exceeded: ${allowed}.${examples(errors)}`;
}

export function emptyInput({ inputs, output }: ParallelRun): string {
  const names = inputs.map(({ name }) => name).join(', ');
  const end = output.kind === 'append_row' ? ', and the output is an empty file' : '';
  return `Nothing is in the input ${names}: there are 0 mini-batches${end}.`;
}

export function triedAgain(items: number, miniBatches: number): string {
  const of = formatMiniBatches(miniBatches);
  return `${formatNumberOf(items, 'item')} of ${of} that had failed ${items === 1 ? 'is' : 'are'} tried again.`;
}

export function nothingSucceeded(items: number, errors: ErrorKinds): string {
  return `Not a single item succeeded: run() returned no row for any of ${formatNumberOf(items, 'item')}, so there is nothing to append to the output.${examples(errors)}`;
}

/** The first and the commonest error, with where they were. */
function examples(errors: ErrorKinds): string {
  const kinds = errors.commonest();
  const [commonest] = kinds;
  if (commonest === undefined) return ' No attempt raised an error: run() returned fewer rows than it got items.';
  const first = kinds.reduce((a, b) => (b.order < a.order ? b : a));
  const tell = (kind: typeof commonest, what: string) =>
    `\n${what}: mini-batch ${kind.first.miniBatch} (${kind.first.what}), attempt ${kind.first.attempt}:\n${errorText(kind.first.error)}`;
  return first === commonest
    ? tell(first, kinds.length === 1 ? 'The error' : `The first error, and the commonest (${commonest.attempts} times)`)
    : `${tell(first, 'The first error')}${tell(commonest, `The commonest error (${commonest.attempts} times), for the first time`)}`;
}

export function initFailed(error: ScriptError, hint: string | undefined): string {
  const why =
    error.type === 'WorkerNotStarted'
      ? 'No worker could start.'
      : 'No worker could start: the entry script failed on every one, while it was loaded or in init().';
  return `${why}\n${errorText(error)}${hint === undefined ? '' : `\n${hint}`}`;
}

/** @param now by the clock that workers' markers are written by */
export function stalled(
  { seconds, setting }: Standstill,
  workers: readonly { readonly label: string; readonly doing: Doing | undefined }[],
  now: number,
): string {
  const all = workers.map(({ label, doing }) => `${label}: ${describeDoing(doing, now)}`);
  return `No mini-batch was finished for ${seconds} s (${setting}). ${all.length === 0 ? 'No worker was alive.' : `What the workers were doing: ${all.join('; ')}.`}`;
}

function describeDoing(doing: Doing | undefined, now: number): string {
  if (doing === undefined) return 'starting';
  const since = `for ${((now - doing.since) / 1000).toFixed(1)} s`;
  switch (doing.phase) {
    case 'idle':
      return `idle ${since}`;
    case 'init':
      return `in init() ${since}`;
    case 'loading':
      return `reading mini-batch ${doing.index} ${since}`;
    case 'running':
      return `in run() of mini-batch ${doing.index}, attempt ${doing.attempt}, ${since}`;
    case 'writing':
      return `writing the rows of mini-batch ${doing.index} ${since}`;
    case 'stopping':
      return `in shutdown() ${since}`;
  }
}

/** The record or the output cannot be written. What was finished before stays finished. */
export function cannotWrite(message: string): string {
  return /ENOSPC|No space left/i.test(message)
    ? `The disk is full: ${message}. What was finished is kept; make room and resume the job.`
    : `The step's record or its output could not be written: ${message}. What was finished is kept; resume the job when that is mended.`;
}

function errorText(error: ScriptError): string {
  return (error.stack ?? `${error.type}: ${error.message}`).trimEnd();
}
