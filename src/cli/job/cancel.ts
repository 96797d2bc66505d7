import { cancelJob } from '../../jobs/cancel.ts';
import { showJob } from '../../jobs/show.ts';
import { processContext } from '../../os/process-context.ts';
import { tell } from '../errors.ts';
import { withStore } from '../open.ts';
import { chosenJob } from './chosen.ts';

export async function cancel(argument: string | undefined, options: { readonly name?: string }): Promise<void> {
  await withStore(async (store) => {
    const { name } = chosenJob(store, argument, options);
    if (await cancelJob(processContext(), store, name)) tell(`Canceled ${name}. Resume it with: prl job resume --name ${name}`);
    else tell(`Job ${name} had ended already: ${(await showJob(store, name)).status}.`);
  });
}
