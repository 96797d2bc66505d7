/** The face of a run on a terminal or in a log: reads the job's events, never touches the job. */
import { isFinal } from '../../events/fold.ts';
import type { JobEvent, Status } from '../../events/types.ts';
import type { JobLayout } from '../../store/layout.ts';
import { type ColourChoice, capabilities, columnsOf, type DisplayStream, type Environment, learnSize, rowsOf } from './capabilities.ts';
import { FailedStarts } from './failed-starts.ts';
import { type KeySource, listenForRequests } from './keys.ts';
import { type JobHead, liveLines, shareOfJob, shownAttempts, shownErrors } from './live.ts';
import { Painter } from './painter.ts';
import { advance, type DisplayState, emptyState } from './state.ts';
import { summaryLines } from './summary.ts';
import { knowsProgress, Taskbar } from './taskbar.ts';
import { type Line, line, render, span } from './text.ts';
import { told } from './told.ts';

export interface DisplayOptions {
  readonly job: string;
  readonly layout: JobLayout;
  /** The full names of the job's steps, so that those that wait are counted. */
  readonly steps?: readonly string[];
  /** `--color`. Default `auto`. */
  readonly color?: ColourChoice;
  /** Where the key `t` is read from, when that is a terminal too (`process.stdin`). Absent: no keys. */
  readonly keys?: KeySource;
}

export interface DisplayEnd {
  /** Where the job's named outputs are. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** What commands printed that printed little, by step. */
  readonly printed?: Readonly<Record<string, readonly string[]>>;
  /** What became of the job where its events do not say it (`NotResponding`: its coordinator is gone). */
  readonly status?: Status;
}

export interface Display {
  handle(event: JobEvent): void;
  /** Lines that stay, above what moves. */
  print(lines: readonly Line[]): void;
  /** Prints the state now: what `SIGUSR1` and the key `t` do. */
  printState(): void;
  /** Prints the summary, if the job has ended, and leaves the terminal as it was. */
  close(end?: DisplayEnd): void;
}

const frameMs = 100;
const firstPlainMs = 2_000;
const longestPlainMs = 300_000;

/** Opens the display of one job. It never throws and never keeps the process alive. */
export function openDisplay(stream: DisplayStream, env: Environment, options: DisplayOptions): Display {
  const look = capabilities(stream, env, options.color);
  const { colour, live: able, unicode } = look;
  const painter = new Painter(stream, look);
  const taskbar = able && knowsProgress(env) ? new Taskbar(stream) : undefined;
  const head: JobHead = { name: options.job, ...(options.steps !== undefined && { steps: options.steps }) };
  const opened = performance.now();
  let state: DisplayState = emptyState;
  let kept: Line[] = [line(span(`Job ${options.job}`, 'strong'), span(`  ${options.layout.directory}`, 'faint'))];
  let plainDue = opened + firstPlainMs;
  let closed = false;
  const failedStarts = new FailedStarts();

  /** A shell may put the job into the background, and back. */
  const live = (): boolean => able && requests.foreground();
  const region = (): readonly Line[] => {
    const size = { width: columnsOf(stream, env), height: rowsOf(stream) };
    return liveLines(state, head, { ...size, attempts: shownAttempts, errors: shownErrors, unicode, now: Date.now() });
  };
  /** The same as lines that stay. */
  const snapshot = (attempts: number, errors: number): readonly Line[] => {
    const size = { width: Number.POSITIVE_INFINITY, height: Number.POSITIVE_INFINITY };
    return liveLines(state, head, { ...size, attempts, errors, unicode, now: Date.now() });
  };

  function paint(liveRegion: readonly Line[]): void {
    const lines = kept;
    kept = [];
    if (able) painter.paint(lines, liveRegion, columnsOf(stream, env));
    else if (lines.length > 0) stream.write(lines.map((one) => `${render(one, Number.POSITIVE_INFINITY, colour)}\n`).join(''));
  }

  /** Without a live region: the state at ever longer intervals, so that a log of days stays short. */
  function tick(): void {
    if (able) learnSize(stream);
    const now = performance.now();
    kept.push(...failedStarts.take(now));
    if (!live() && now >= plainDue && !isFinal(state.jobState.status)) {
      plainDue = now + Math.min(longestPlainMs, Math.max(firstPlainMs, (now - opened) / 2));
      kept.push(...snapshot(0, 0));
    }
    paint(live() ? region() : []);
    if (live()) taskbar?.show(shareOfJob(state, head), now);
  }

  function printState(): void {
    if (closed) return;
    kept.push(line(span(`State of job ${options.job} at ${new Date().toISOString()}`, 'strong')));
    kept.push(...snapshot(shownAttempts, shownErrors));
    tick();
  }

  const handlers = { show: printState, stopping: () => taskbar?.clear(), continued: () => painter.forget() };
  const requests = listenForRequests(handlers, able ? options.keys : undefined);
  const timer = setInterval(tick, frameMs).unref();
  if (able) stream.on?.('resize', tick);
  tick();

  return {
    handle(event) {
      if (closed) return;
      const before = state;
      state = advance(state, event);
      const lines = told(event, before.jobState, state.jobState, head);
      if (event.type === 'init_failed') failedStarts.hold(event, lines, performance.now());
      // On a live screen the errors are below their step, and count on.
      else if (event.type !== 'attempt_failed' || !live()) kept.push(...lines);
      if (event.type === 'step_status' && event.error !== undefined) failedStarts.endedWith(event.step, event.error);
    },
    print(lines) {
      if (!closed) kept.push(...lines);
    },
    printState,
    close(end = {}) {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      requests.close();
      if (able) stream.off?.('resize', tick);
      taskbar?.clear();
      kept.push(...failedStarts.take(Number.POSITIVE_INFINITY));
      const ended = isFinal(end.status ?? state.jobState.status);
      if (ended) kept.push(...summaryLines(state.jobState, { job: options.job, layout: options.layout, here: process.cwd(), ...end }));
      paint(ended || !live() ? [] : region());
    },
  };
}
