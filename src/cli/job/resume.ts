import { lackedBy } from '../../jobs/failed.ts';
import { resumeJob } from '../../jobs/resume.ts';
import { exitCodes, tell } from '../errors.ts';
import { withStore } from '../open.ts';
import { chosenJob } from './chosen.ts';
import { type AfterStart, afterStart, contextFor } from './start.ts';

export async function resume(
  argument: string | undefined,
  options: AfterStart & {
    readonly name?: string;
    readonly code?: boolean;
    readonly fromScratch?: boolean;
    readonly set?: readonly string[];
  },
): Promise<number> {
  const here = contextFor(options);
  return withStore(async (store) => {
    const { name } = chosenJob(store, argument, options);
    const { code = false, fromScratch = false, set = [] } = options;
    const request = { code, fromScratch, set };
    if (!(await resumeJob(here, store, name, request))) {
      const lacks = lackedBy(store, name) ? ` What failed for good can be tried again: prl job retry-failed --name ${name}` : '';
      tell(`Job ${name} has completed: there is nothing to resume.${lacks}`);
      return exitCodes.completed;
    }
    return afterStart(store, name, options);
  });
}
