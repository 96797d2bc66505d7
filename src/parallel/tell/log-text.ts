/** The text of a step's log files. Pure. */
import { formatCount as count, formatMiniBatches, formatNumberOf } from '../../events/format.ts';
import type { FailedAttempt, ScriptError } from '../../events/types.ts';
import { type ErrorKind, type ErrorKinds, maxExamples } from './error-kinds.ts';
import type { Progress, StepResult } from './told.ts';

const kindsShown = 50;

/** @param seconds since the step began */
export function renderOverview(progress: Progress, now: Date, seconds: number): string {
  const { miniBatches, items, workers } = progress;
  const total = `${count(miniBatches.total)}${miniBatches.planned ? '' : ' (still planning)'}`;
  return (
    `${now.toISOString()} after ${seconds.toFixed(1)} s: ${count(miniBatches.done)} of ${formatMiniBatches(miniBatches.total, total)} done, ` +
    `${count(miniBatches.failed)} failed, ${formatNumberOf(miniBatches.retries, 'retry', 'retries')}; ` +
    `${count(items.done)} of ${count(items.total)} items done, ${count(items.failed)} failed; ${formatNumberOf(workers, 'worker')}\n`
  );
}

/** @param codes oldest first */
export function renderCodes(codes: readonly { readonly hash: string; readonly miniBatches: string }[]): string {
  return codes.map(({ hash, miniBatches }) => `code ${hash}: mini-batches ${miniBatches === '' ? 'none' : miniBatches}\n`).join('');
}

export function renderErrors(errors: ErrorKinds, stacks: number): string {
  const shown = errors.commonest(kindsShown);
  const lines = [
    `${formatNumberOf(errors.attempts, 'failed attempt')} of ${shown.length === errors.count ? '' : `${shown.length} of `}${formatNumberOf(errors.count, 'kind')}, commonest first.`,
    `${finalText(errors)} failed for good; the other attempts were followed by a retry.`,
    `Full stacks of ${count(stacks)} of ${formatNumberOf(errors.attempts, 'failed attempt')} are in the folder error/.`,
  ];
  if (errors.beyond > 0) lines.push(`${count(errors.beyond)} further failed attempts were of other kinds, which are not told apart.`);
  return `${lines.join('\n')}\n${shown.map(renderKind).join('')}`;
}

function finalText({ final, finalParts }: ErrorKinds): string {
  const whole = formatMiniBatches(final - finalParts);
  return finalParts === 0 ? whole : `${whole} and ${formatNumberOf(finalParts, 'part')} of others`;
}

function renderKind(kind: ErrorKind, index: number): string {
  const { first, examples } = kind;
  const more = examples.length < maxExamples ? '' : `, … (the first ${maxExamples})`;
  return [
    '',
    `${index + 1}. ${count(kind.attempts)} × ${headline(first.error)}`,
    `   ${examples.length === 1 ? 'mini-batch' : 'mini-batches'} ${examples.join(', ')}${more}; ${count(kind.final)} failed for good`,
    `   first: mini-batch ${first.miniBatch}, attempt ${first.attempt}, ${first.worker}: ${first.what}`,
    ...(first.error.stack ?? '')
      .trimEnd()
      .split('\n')
      .filter(Boolean)
      .map((line) => `   | ${line}`),
    '',
  ].join('\n');
}

export function renderStack(failure: FailedAttempt): string {
  const { miniBatch, attempt, worker, what, final, error } = failure;
  return `mini-batch ${miniBatch}, attempt ${attempt}${final ? ' (the last)' : ''}, ${worker}: ${what}\n\n${error.stack ?? headline(error)}\n`;
}

export function renderInitStack(worker: string, error: ScriptError): string {
  return `${worker}, before its first mini-batch\n\n${error.stack ?? headline(error)}\n`;
}

export function renderResult(result: StepResult, started: Date, now: Date, seconds: number): string {
  const { status, error, output, summary } = result;
  const { miniBatches, items } = summary;
  const lines = [
    `status: ${status}`,
    ...(error === undefined ? [] : [`error: ${error}`]),
    `started: ${started.toISOString()}`,
    `ended: ${now.toISOString()} (${seconds.toFixed(1)} s)`,
    `mini-batches: ${count(miniBatches.done)} of ${count(miniBatches.total)} done, ${count(miniBatches.failed)} failed, ${formatNumberOf(miniBatches.retries, 'retry', 'retries')}`,
    `items: ${count(items.done)} of ${count(items.total)} done, ${count(items.failed)} failed`,
    ...(summary.rows === undefined ? [] : [`rows returned: ${count(summary.rows)}`]),
    `mini-batches that returned fewer rows than they got items: ${count(summary.shortReturns)}`,
    ...(output === undefined ? [] : [`output: ${output}`]),
  ];
  if (summary.slowest.length > 0) {
    lines.push('slowest mini-batches:');
    for (const slow of summary.slowest) lines.push(`  ${slow.miniBatch}: ${slow.seconds.toFixed(3)} s on ${slow.worker}: ${slow.what}`);
  }
  if (summary.errors.length > 0) {
    lines.push('commonest errors (all of them: user/error.txt):');
    for (const kind of summary.errors) {
      lines.push(`  ${count(kind.count)} × ${headline(kind.error)}; first in mini-batch ${kind.firstMiniBatch}: ${kind.what}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

export function headline(error: ScriptError): string {
  return `${error.type}: ${error.message.split('\n', 1)[0] ?? ''}`;
}
