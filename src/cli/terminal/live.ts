/** The live region: a line for each step that is at work, its longest-running mini-batches below it, the job at the end. Pure. */
import { isFinal, type StepState } from '../../events/fold.ts';
import { formatMiniBatches, formatNumberOf, formatRate, formatSeconds } from '../../events/format.ts';
import type { RunningAttempt } from '../../events/types.ts';
import { itemRate, type Pace, remaining } from './pace.ts';
import { type DisplayState, endOf } from './state.ts';
import { type Line, line, lineWidth, padEnd, type Span, span, type Tone, truncate, widthOf } from './text.ts';
import { failuresOf, percentOf, progressOf, remainingOf, statusSpan, timeBetween } from './words.ts';

export interface Canvas {
  /** Infinite where lines may be as long as they are. */
  readonly width: number;
  readonly height: number;
  /** Lines for mini-batches that run long; 0 leaves them out. */
  readonly attempts: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface JobHead {
  readonly name: string;
  /** All steps of the job, where they are known. */
  readonly steps?: readonly string[];
}

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
  const left = steps.length - shown.length;
  const more = left > 0 ? [line(span(`… ${shown.length} of ${formatNumberOf(steps.length, 'running step')} shown`, 'faint'))] : [];
  const longest = longestRunning(shown, canvas.now, Math.min(canvas.attempts, room - shown.length - more.length));
  return [
    ...shown.flatMap((step) => [
      stepLine(step, paces[step.name], nameWidth, canvas),
      ...longest.filter((attempt) => attempt.step === step).map((attempt) => attemptLine(attempt.attempt, canvas.now)),
    ]),
    ...more,
    ...footer,
  ];
}

/** One step in one line: as much as fits, the least telling left out first. */
export function stepLine(step: StepState, pace: Pace | undefined, nameWidth: number, { width, now }: Canvas): Line {
  const name = span(padEnd(truncate(step.name, nameWidth), nameWidth), 'strong');
  const dropped = new Set<Optional>();
  for (const piece of leastTellingFirst) {
    const spans = join(name, pieces(step, pace, now, dropped));
    if (lineWidth(spans) <= width) return spans;
    dropped.add(piece);
  }
  return join(name, pieces(step, pace, now, dropped));
}

const leastTellingFirst = ['elapsed', 'unit', 'percent', 'rate', 'status', 'retries', 'remaining'] as const;
type Optional = (typeof leastTellingFirst)[number];

function pieces(step: StepState, pace: Pace | undefined, now: number, dropped: ReadonlySet<Optional>): readonly Span[] {
  const found: Span[] = [];
  const add = (text: string | undefined, tone: Tone = 'plain', piece?: Optional): void => {
    if (text !== undefined && (piece === undefined || !dropped.has(piece))) found.push(span(text, tone));
  };
  const { miniBatches, items, status, workers } = step;
  if (!dropped.has('status')) found.push(statusSpan(status));
  if (miniBatches !== undefined && items !== undefined) {
    add(dropped.has('unit') ? progressOf(miniBatches) : formatMiniBatches(miniBatches.total, progressOf(miniBatches)));
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

function isAtWork(step: StepState): boolean {
  return !isFinal(step.status) && step.status !== 'NotStarted' && step.status !== 'Queued';
}
