/** The live region: a line for each step that is at work, its longest-running mini-batches below it, the job at the end. Pure. */
import { isFinal, type StepState } from '../../events/fold.ts';
import { formatMiniBatches, formatNumberOf, formatRate, formatSeconds } from '../../events/format.ts';
import type { RunningAttempt } from '../../events/types.ts';
import { bar } from './bar.ts';
import { errorBlock } from './errors.ts';
import { itemRate, type Pace, remaining } from './pace.ts';
import { type DisplayState, endOf } from './state.ts';
import { type Line, line, lineWidth, padEnd, type Span, span, type Tone, truncate, widthOf } from './text.ts';
import { failuresOf, percentOf, progressOf, remainingOf, shareOf, statusSpan, timeBetween } from './words.ts';

export interface Canvas {
  /** Infinite where lines may be as long as they are. */
  readonly width: number;
  readonly height: number;
  /** Lines for mini-batches that run long; 0 leaves them out. */
  readonly attempts: number;
  /** Lines for kinds of errors of each step; 0 leaves them out. */
  readonly errors: number;
  /** Not where it shows ASCII alone. */
  readonly unicode: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface JobHead {
  readonly name: string;
  /** All steps of the job, where they are known. */
  readonly steps?: readonly string[];
}

/** So many kinds of errors of a step are shown, and so many lines of the frames of one. */
export const shownErrors = 3;
const shownFrames = 4;
const roomForFrames = 12;
/** So many of the longest-running mini-batches are shown. */
export const shownAttempts = 8;
/** A mini-batch is worth a line once it has run for so long; shorter ones would only flicker. */
const worthALineMs = 2_000;

export function liveLines(state: DisplayState, job: JobHead, canvas: Canvas): readonly Line[] {
  const { jobState, paces } = state;
  const steps = Object.values(jobState.steps).filter(isAtWork);
  const nameWidth = Math.min(Math.max(0, ...steps.map(({ name }) => widthOf(name))), Math.max(8, Math.floor(canvas.width / 3)));
  const footer = jobLine(state, job, canvas);
  const room = canvas.height - footer.length;

  const shown = steps.length <= room ? steps : steps.slice(0, Math.max(0, room - 1));
  const more =
    shown.length < steps.length ? [line(span(`… ${shown.length} of ${formatNumberOf(steps.length, 'running step')} shown`, 'faint'))] : [];
  const free = room - shown.length - more.length;
  const errors = errorLines(shown, job.name, canvas.errors, free);
  const left = free - errors.reduce((sum, { lines }) => sum + lines.length, 0);
  const longest = longestRunning(shown, canvas.now, Math.min(canvas.attempts, left));
  return [
    ...shown.flatMap((step) => [
      stepLine(step, paces[step.name], nameWidth, canvas),
      ...errors.flatMap((each) => (each.step === step ? each.lines : [])),
      ...longest.filter((attempt) => attempt.step === step).map((attempt) => attemptLine(attempt.attempt, canvas.now)),
    ]),
    ...more,
    ...footer,
  ];
}

/** One step in one line: as much as fits, the least telling left out first. */
export function stepLine(step: StepState, pace: Pace | undefined, nameWidth: number, canvas: Canvas): Line {
  const { width } = canvas;
  const name = span(padEnd(truncate(step.name, nameWidth), nameWidth), 'strong');
  const dropped = new Set<Optional>();
  for (const piece of leastTellingFirst) {
    const spans = join(name, pieces(step, pace, canvas, dropped));
    if (lineWidth(spans) <= width) return spans;
    dropped.add(piece);
  }
  return join(name, pieces(step, pace, canvas, dropped));
}

const leastTellingFirst = ['elapsed', 'wide bar', 'unit', 'percent', 'rate', 'bar', 'status', 'retries', 'remaining'] as const;
type Optional = (typeof leastTellingFirst)[number];

function pieces(step: StepState, pace: Pace | undefined, canvas: Canvas, dropped: ReadonlySet<Optional>): readonly Span[] {
  const { now } = canvas;
  const found: Span[] = [];
  const add = (text: string | undefined, tone: Tone = 'plain', piece?: Optional): void => {
    if (text !== undefined && (piece === undefined || !dropped.has(piece))) found.push(span(text, tone));
  };
  const { miniBatches, items, status, workers } = step;
  if (!dropped.has('status')) found.push(statusSpan(status));
  if (miniBatches !== undefined && items !== undefined) {
    add(dropped.has('unit') ? progressOf(miniBatches) : formatMiniBatches(miniBatches.total, progressOf(miniBatches)));
    const share = shareOf(miniBatches);
    if (share !== undefined && canvas.width !== Number.POSITIVE_INFINITY)
      add(bar(share, dropped.has('wide bar') ? 10 : 22, canvas.unicode), 'busy', 'bar');
    add(percentOf(miniBatches), 'plain', 'percent');
    add(failuresOf(step, !dropped.has('retries')), miniBatches.failed > 0 ? 'bad' : 'warn');
    const rate = pace === undefined ? undefined : itemRate(pace);
    add(rate === undefined || rate <= 0 ? undefined : `${formatRate(rate)} ${step.unit ?? 'item'}s/s`, 'plain', 'rate');
    const range = pace === undefined || status !== 'Running' ? undefined : remaining(pace, { miniBatches, items }, now);
    add(range === undefined ? undefined : remainingOf(range), 'plain', 'remaining');
    if (status === 'Running' && workers === 0) add('starting workers', 'faint', 'elapsed');
  }
  add(step.started === undefined ? undefined : timeBetween(step.started, now), 'faint', 'elapsed');
  return found;
}

function join(name: Span, spans: readonly Span[]): Line {
  return [name, ...spans.flatMap((one) => [span('  '), one])];
}

/** The commonest kinds of errors of each step, with the frames of the commonest where there is room for them. */
function errorLines(steps: readonly StepState[], job: string, limit: number, room: number) {
  let free = room;
  return steps.map((step) => {
    const [kinds, frames] = [Math.min(limit, free - 1), free > roomForFrames ? shownFrames : 0];
    const lines = kinds < 1 ? [] : errorBlock(job, step, { kinds, frames }).slice(0, free);
    free -= lines.length;
    return { step, lines };
  });
}

function longestRunning(steps: readonly StepState[], now: number, limit: number) {
  return steps
    .flatMap((step) => step.running.map((attempt) => ({ step, attempt })))
    .filter(({ attempt }) => now - attempt.since >= worthALineMs)
    .sort((a, b) => a.attempt.since - b.attempt.since)
    .slice(0, Math.max(0, limit));
}

function attemptLine(attempt: RunningAttempt, now: number): Line {
  const age = formatSeconds(Math.max(0, now - attempt.since) / 1000);
  const again = attempt.attempt > 1 ? `  attempt ${attempt.attempt}` : '';
  return line(span(`  mini-batch ${attempt.miniBatch}  ${age}  ${attempt.worker}${again}`, 'faint'));
}

/** The job as a whole; a job of one step has nothing to add to the step's own line. */
function jobLine({ jobState }: DisplayState, job: JobHead, { now }: Canvas): readonly Line[] {
  const steps = Object.values(jobState.steps);
  const total = Math.max(job.steps?.length ?? 0, steps.length);
  if (total <= 1 && steps.some(isAtWork)) return [];
  const done = steps.filter(({ status }) => isFinal(status)).length;
  const running = steps.filter(isAtWork).length;
  const skipped = steps.filter(({ skippedBecause }) => skippedBecause !== undefined).length;
  const parts = [
    `${done} of ${formatNumberOf(total, 'step')} done`,
    `${running} running`,
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
    `${total - done - running - skipped} waiting`,
  ];
  const time = jobState.started === undefined ? '' : `  ${timeBetween(jobState.started, endOf(jobState, now))}`;
  return [line(span(`Job ${job.name}`, 'strong'), '  ', statusSpan(jobState.status), `  ${parts.join(', ')}`, span(time, 'faint'))];
}

/** How much of the job is done, from 0 to 1, each step counting alike; undefined while nobody knows. */
export function shareOfJob({ jobState }: DisplayState, job: JobHead): number | undefined {
  const steps = Object.values(jobState.steps);
  const total = Math.max(job.steps?.length ?? 0, steps.length);
  const known = steps.map((step) => (isFinal(step.status) ? 1 : step.miniBatches && shareOf(step.miniBatches)));
  if (total === 0 || (total === 1 && known[0] === undefined)) return undefined;
  return known.reduce<number>((sum, share) => sum + (share ?? 0), 0) / total;
}

function isAtWork(step: StepState): boolean {
  return !isFinal(step.status) && step.status !== 'NotStarted' && step.status !== 'Queued';
}
