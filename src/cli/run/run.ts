/** `prl run`: this very process is the job's coordinator. */
import type { JobEvent } from '../../events/types.ts';
import { createJob } from '../../jobs/create.ts';
import { failedOf, takeOnly } from '../../jobs/only-failed.ts';
import { runJobHere } from '../../jobs/run-here.ts';
import type { ProcessContext } from '../../os/process-context.ts';
import { endYoungGenerationGrowth } from '../../os/young-generation.ts';
import type { JobEnd } from '../../pipeline/run-job.ts';
import type { RunStore } from '../../store/store.ts';
import { displayFor, endOf, exitCodeOf } from '../job/follow.ts';
import { followPrints } from '../job/live-prints.ts';
import { contextFor, printJob, startStored } from '../job/start.ts';
import { loadJobFile } from '../load.ts';
import { withStore } from '../open.ts';
import { givenFile, type ResultOptions } from '../options.ts';
import { keepRunningWithoutReader } from '../output/output.ts';
import type { ColourChoice } from '../terminal/capabilities.ts';
import type { Display, DisplayEnd } from '../terminal/display.ts';

export interface NewJobOptions {
  readonly set?: readonly string[];
  readonly name?: string;
  readonly limit?: number;
  readonly onlyFailedOf?: string;
  readonly miniBatch?: number;
  readonly step?: string;
  readonly outputDir?: string;
  readonly forceRerun?: boolean;
  readonly environment?: string;
  readonly oversubscribe?: boolean;
  readonly strictEnvironment?: boolean;
  readonly packagesAsOf?: string;
  readonly color?: ColourChoice;
  readonly verbose?: boolean;
}

export async function run(
  argument: string | undefined,
  options: ResultOptions & NewJobOptions & { readonly file?: string },
): Promise<number> {
  const file = argument === undefined && options.file === undefined ? '.' : givenFile(argument, options);
  const here = contextFor(options);
  return withStore(async (store) => {
    const { spec } = await loadJobFile(store, file, options.set);
    const only = options.onlyFailedOf === undefined ? undefined : await failedOf(store, spec, options.onlyFailedOf);
    const { name } = await createJob(store, spec, only === undefined ? options : { ...options, limit: only.miniBatches });
    if (only !== undefined) takeOnly(store, name, only);
    return startStored(store, name, () => runStored(here, store, name, options));
  });
}

async function runStored(here: ProcessContext, store: RunStore, name: string, options: ResultOptions & NewJobOptions): Promise<number> {
  endYoungGenerationGrowth();
  keepRunningWithoutReader();
  const display = displayOnceItBegins(store, name, options.color);
  const prints = options.verbose === true ? followPrints(store, name, display.shown, 'now') : undefined;
  const signals = here.signals.control();
  let ended: DisplayEnd = {};
  let end: JobEnd;
  try {
    const { drain, kill } = signals;
    end = await runJobHere(here, store, name, { drain, kill, forceRerun: options.forceRerun === true, onEvent: display.handle });
    ended = await endOf(store, name, end.status, prints !== undefined);
  } finally {
    prints?.close();
    display.close(ended);
    signals[Symbol.dispose]();
  }
  if (options.output !== undefined || options.query !== undefined) await printJob(store, name, options);
  return exitCodeOf(end.status);
}

/** A job that turns out to be impossible is taken back before it has begun; nothing is shown of it. */
function displayOnceItBegins(store: RunStore, name: string, color: ColourChoice | undefined) {
  const early: JobEvent[] = [];
  let display: Display | undefined;
  return {
    handle(event: JobEvent): void {
      if (display === undefined) {
        early.push(event);
        if (event.type === 'notice' || (event.type === 'job_status' && event.status === 'Preparing')) return;
        display = displayFor(store, name, color);
        for (const each of early) display.handle(each);
      } else display.handle(event);
    },
    shown: () => display,
    close(end: DisplayEnd): void {
      display?.close(end);
    },
  };
}
