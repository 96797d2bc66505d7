/** States, counts and times as a display says them. State is always a word; the tone only repeats it. */
import type { StepState } from '../../events/fold.ts';
import { formatCount, formatNumberOf, formatSeconds } from '../../events/format.ts';
import type { MiniBatchCounts, ScriptError, Status } from '../../events/types.ts';
import type { Range } from './pace.ts';
import { type Span, span, type Tone } from './text.ts';

const tones: Readonly<Record<Status, Tone>> = {
  NotStarted: 'faint',
  Queued: 'faint',
  Preparing: 'busy',
  Running: 'busy',
  Finalizing: 'busy',
  Completed: 'good',
  Failed: 'bad',
  Canceled: 'warn',
  NotResponding: 'bad',
};

export function statusSpan(status: Status): Span {
  return span(status, tones[status]);
}

/** `1,204/10,000`; `1,204/10,000+` while mini-batches are still being planned. */
export function progressOf({ total, planned, done, failed }: MiniBatchCounts): string {
  return `${formatCount(done + failed)}/${formatCount(total)}${planned ? '' : '+'}`;
}

/** How much of a step is done, from 0 to 1; undefined while it is being planned. */
export function shareOf({ total, planned, done, failed }: MiniBatchCounts): number | undefined {
  return planned && total > 0 ? (done + failed) / total : undefined;
}

/** `12 %`; never 100 % before it is so. */
export function percentOf(counts: MiniBatchCounts): string | undefined {
  const share = shareOf(counts);
  return share === undefined ? undefined : `${Math.floor(100 * share)} %`;
}

/** What went wrong so far, in the fewest words: from the first error on there is always something. */
export function failuresOf(step: StepState, withRetries = true): string | undefined {
  const { failed, retries } = step.miniBatches ?? { failed: 0, retries: 0 };
  if (failed > 0)
    return retries > 0 && withRetries ? `${formatCount(failed)} failed, ${retriesOf(retries)}` : `${formatCount(failed)} failed`;
  if (retries > 0) return retriesOf(retries);
  return step.errors.length === 0 ? undefined : 'an attempt failed';
}

export function retriesOf(retries: number): string {
  return formatNumberOf(retries, 'retry', 'retries');
}

/** `1,204 files`, `7 rows`, and `items` where the unit is not known. */
export function itemsOf(step: StepState, n: number): string {
  return formatNumberOf(n, step.unit ?? 'item');
}

/** `20–35 s left`, `3–4 min left`, `1.5–2 h left`: no finer than it is known. */
export function remainingOf({ low, high }: Range): string {
  if (high < 1) return 'less than 1 s left';
  const [unit, size] =
    high < 120
      ? (['s', 1] as const)
      : high < 7200
        ? (['min', 60] as const)
        : high < 172_800
          ? (['h', 3600] as const)
          : (['d', 86_400] as const);
  const digits = size > 1 && high / size < 10 ? 1 : 0;
  const grain = size === 1 && high >= 20 ? 5 : 10 ** -digits;
  const rounded = (seconds: number, round: (n: number) => number) =>
    String(Number((round(seconds / size / grain) * grain).toFixed(digits)));
  const [from, to] = [rounded(low, Math.floor), rounded(high, Math.ceil)];
  if (from === '0') return `up to ${to} ${unit} left`;
  return from === to ? `about ${to} ${unit} left` : `${from}–${to} ${unit} left`;
}

/** The time between two moments in ISO 8601 or epoch milliseconds. */
export function timeBetween(from: string | number, to: string | number, more = 0): string {
  return formatSeconds(more + Math.max(0, moment(to) - moment(from)) / 1000);
}

function moment(time: string | number): number {
  return typeof time === 'number' ? time : Date.parse(time);
}

/** `ValueError: bad row`: the first line of what an error says. */
export function headline({ type, message }: ScriptError): string {
  const first = message.split('\n', 1)[0] ?? '';
  return first === '' ? type : `${type}: ${first}`;
}
