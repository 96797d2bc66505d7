import { formatMiniBatches, formatNumberOf } from '../../events/format.ts';
import { retryFailed as retry } from '../../jobs/retry-failed.ts';
import { exitCodes, tell } from '../errors.ts';
import { withStore } from '../open.ts';
import { chosenJob } from './chosen.ts';
import { type AfterStart, afterStart, contextFor } from './start.ts';

export async function retryFailed(
  argument: string | undefined,
  options: AfterStart & { readonly name?: string; readonly code?: boolean },
): Promise<number> {
  const here = contextFor(options);
  return withStore(async (store) => {
    const { name } = chosenJob(store, argument, options);
    const tried = await retry(here, store, name, { code: options.code === true });
    if (tried === undefined) {
      tell(`Nothing of job ${name} has failed for good: there is nothing to try again.`);
      return exitCodes.completed;
    }
    for (const [step, { items, miniBatches }] of tried.steps) {
      const of = formatMiniBatches(miniBatches);
      tell(`${step}: ${formatNumberOf(items, 'item')} of ${of} ${items === 1 ? 'is' : 'are'} tried again.`);
    }
    if (tried.following.length > 0) tell(`Run again, because their input changes: ${tried.following.join(', ')}.`);
    return afterStart(store, name, options);
  });
}
