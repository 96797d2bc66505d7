/** Failed attempts of a step: a line for each kind, commonest first, and the script's own frames of the commonest, once. Pure. */
import { placeOf, toldAsEvents } from '../../events/error-kind.ts';
import type { StepState } from '../../events/fold.ts';
import { formatCount } from '../../events/format.ts';
import type { CountedError, ScriptError } from '../../events/types.ts';
import { type Line, line, span } from './text.ts';
import { headline } from './words.ts';

/** Commonest first: all of them once the step has ended, until then those that were told. */
export function errorsOf({ summary, errors }: StepState): readonly CountedError[] {
  return summary !== undefined && summary.errors.length > 0 ? summary.errors : [...errors].sort((a, b) => b.count - a.count);
}

export interface ErrorRoom {
  /** Kinds that have a line. */
  readonly kinds: number;
  /** Lines for the frames of the commonest. */
  readonly frames: number;
}

export function errorBlock(job: string, step: StepState, { kinds, frames }: ErrorRoom): readonly Line[] {
  const errors = errorsOf(step);
  const [first] = errors;
  if (first === undefined) return [];
  const shown = errors.slice(0, kinds);
  // Until the summary has all of them.
  const more = step.summary === undefined && errors.reduce((sum, { count }) => sum + count, 0) >= toldAsEvents;
  const all = step.summary?.errorKinds ?? errors.length;
  return [
    ...shown.flatMap((each) => [kindLine(each, more), ...(each === first ? frameLines(each.error, frames) : [])]),
    ...(all > shown.length ? [line(span(`  … ${shown.length} of ${formatCount(all)} kinds`, 'faint'))] : []),
    line(span('  debug: ', 'faint'), debugCommand(job, step.name, first.firstMiniBatch)),
  ];
}

export function debugCommand(job: string, step: string, miniBatch: number): string {
  return `prl job debug --name ${job}${step === 'main' ? '' : ` --step ${step}`} --mini-batch ${miniBatch}`;
}

/** @param more there may be others of the kind */
function kindLine({ error, count, firstMiniBatch, what }: CountedError, more: boolean): Line {
  const times = span(`${formatCount(count)}${more ? '+' : ''} ×`, 'bad');
  return line('  ', times, ` ${inOneLine(error)}`, span(`  first in mini-batch ${firstMiniBatch} (${what})`, 'faint'));
}

/** `ValueError: bad row (score.py:4)` */
export function inOneLine(error: ScriptError): string {
  const place = shortPlace(error);
  return place === undefined ? headline(error) : `${headline(error)} (${place})`;
}

/** `score.py:4`, from the frame that raised. */
function shortPlace(error: ScriptError): string | undefined {
  const frame = placeOf(error);
  const [, file, row] = /^\s*File "([^"]+)", line (\d+)/.exec(frame ?? '') ?? /([^\s(]+?):(\d+):\d+\)?\s*$/.exec(frame ?? '') ?? [];
  return file === undefined ? undefined : `${file.split('/').at(-1)}:${row}`;
}

/** What the line above them does not say: the last of a Python traceback, the first of a JavaScript stack. */
function frameLines(error: ScriptError, limit: number): readonly Line[] {
  if (error.stack === undefined || limit === 0) return [];
  const all = error.stack.trimEnd().split('\n');
  const said = headline(error);
  const isPython = all[0] === tracebackHead;
  const told = all.filter(
    (text, i) => text !== tracebackHead && !underlined.test(text) && (text !== said || (i > 0 && i < all.length - 1)),
  );
  const shown = isPython ? told.slice(-limit) : told.slice(0, limit);
  const note = shown.length === told.length ? [] : [`  … ${shown.length} of ${formatCount(told.length)} lines`];
  return [...(isPython ? note : []), ...shown, ...(isPython ? [] : note)].map((text) => line(`      ${text}`));
}

const tracebackHead = 'Traceback (most recent call last):';
/** Python's marks below the part of a line that failed. */
const underlined = /^\s*[\^~]+\s*$/;
