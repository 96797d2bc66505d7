/** Follows a job to its end, for people or for programs. */
import { isatty } from 'node:tty';

import { followEvents } from '../../events/read.ts';
import type { Status } from '../../events/types.ts';
import { liveCoordinator } from '../../jobs/coordinator.ts';
import { presentState } from '../../jobs/facts.ts';
import { shortPrints } from '../../jobs/short-prints.ts';
import { stepNames } from '../../jobs/steps.ts';
import { jobOutputs } from '../../pipeline/job-outputs.ts';
import { placeToTell } from '../../pipeline/steps/record.ts';
import type { RunStore } from '../../store/store.ts';
import { exitCodes, tell } from '../errors.ts';
import type { ColourChoice } from '../terminal/capabilities.ts';
import { type Display, type DisplayEnd, openDisplay } from '../terminal/display.ts';
import { followPrints } from './live-prints.ts';

export interface FollowOptions {
  readonly color?: ColourChoice;
  /** The number of the first event wanted. */
  readonly from?: number;
  /** Events go to stdout as JSON lines, and nothing is drawn. */
  readonly jsonLines?: boolean;
  /** What scripts print is shown too: from the beginning of the logs, or from now on. */
  readonly prints?: 'start' | 'now';
}

/** Returns the job's own exit code; 130 when the following was ended with Ctrl-C, which does nothing to the job. */
export async function followJob(store: RunStore, name: string, options: FollowOptions): Promise<number> {
  const layout = store.layout(name);
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
  const display = options.jsonLines === true ? undefined : displayFor(store, name, options.color);
  const prints =
    display === undefined || options.prints === undefined ? undefined : followPrints(store, name, () => display, options.prints);
  const from = options.from === undefined ? {} : { from: options.from };
  const events = followEvents(layout.events, { ...from, signal: stop.signal, alive: () => liveCoordinator(layout) !== undefined });
  for await (const event of events) {
    if (display === undefined) process.stdout.write(`${JSON.stringify(event)}\n`);
    else display.handle(event);
  }
  prints?.close();
  process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
  if (stop.signal.aborted) {
    display?.close();
    tell(`No longer following ${name}; the job goes on. Follow it again with: prl job stream --name ${name}`);
    return exitCodes.interrupted;
  }
  const { status } = await presentState(store, name);
  if (display !== undefined) display.close({ status, ...(await endOf(store, name, status, prints !== undefined)) });
  if (status === 'NotStarted') tell(`Job ${name} was never started. Start it with: prl job resume --name ${name}`);
  return exitCodeOf(status);
}

export function displayFor(store: RunStore, name: string, color: ColourChoice | undefined): Display {
  return openDisplay(process.stderr, process.env, {
    job: name,
    layout: store.layout(name),
    steps: stepNames(store.jobs.spec(name)),
    ...(color !== undefined && { color }),
    // Opening stdin where it is no terminal would cost time for nothing.
    ...(isatty(0) && { keys: process.stdin }),
  });
}

/** @param told whether what commands printed has been shown */
export async function endOf(store: RunStore, name: string, status: Status, told: boolean): Promise<DisplayEnd> {
  const { steps } = (await presentState(store, name)).state;
  const printed = told
    ? {}
    : shortPrints(store.jobs.spec(name), store.layout(name), (step) =>
        Object.hasOwn(steps, step) && steps[step]?.reusedFrom === undefined ? steps[step]?.status : undefined,
      );
  return { outputs: finishedOutputs(store, name, status), printed };
}

/** Where the named outputs of a completed job are; of another, nobody may take them for whole. */
function finishedOutputs(store: RunStore, name: string, status: Status): Readonly<Record<string, string>> {
  if (status !== 'Completed') return {};
  const { job } = jobOutputs(store.jobs.spec(name), store.layout(name));
  return Object.fromEntries(Object.entries(job).map(([output, written]) => [output, placeToTell(written)]));
}

/** The exit code that tells of a job's end. */
export function exitCodeOf(status: Status): number {
  if (status === 'Completed') return exitCodes.completed;
  return status === 'Canceled' ? exitCodes.interrupted : exitCodes.failed;
}
