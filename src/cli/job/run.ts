/** `prl run`: this very process is the job's coordinator. */
import { createJob } from '../../jobs/create.ts';
import { runJobHere } from '../../jobs/run-here.ts';
import { controlBySignals } from '../../jobs/signals.ts';
import { type JobOutputs, jobOutputs } from '../../pipeline/job-outputs.ts';
import { loadJobFile } from '../load.ts';
import { withStore } from '../open.ts';
import type { ResultOptions } from '../options.ts';
import { keepRunningWithoutReader } from '../output.ts';
import type { ColourChoice } from '../terminal/capabilities.ts';
import { displayFor, exitCodeOf } from './follow.ts';
import { chooseEnvironment, printJob } from './start.ts';

export interface NewJobOptions {
  readonly set?: readonly string[];
  readonly name?: string;
  readonly limit?: number;
  readonly forceRerun?: boolean;
  readonly environment?: string;
  readonly color?: ColourChoice;
}

export async function run(file: string, options: ResultOptions & NewJobOptions): Promise<number> {
  chooseEnvironment(options);
  return withStore(async (store) => {
    const { spec } = await loadJobFile(store, file, options.set);
    const { name } = createJob(store, spec, options);
    keepRunningWithoutReader();
    const display = displayFor(store, name, options.color);
    const end = await runJobHere(store, name, {
      ...controlBySignals(),
      forceRerun: options.forceRerun === true,
      onEvent: (event) => display.handle(event),
    }).finally(() => display.close({ outputs: outputPaths(jobOutputs(spec, store.layout(name)).job) }));
    if (options.output !== undefined || options.query !== undefined) await printJob(store, name, options);
    return exitCodeOf(end.status);
  });
}

function outputPaths(outputs: JobOutputs['job']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { path }]) => [name, path]));
}
