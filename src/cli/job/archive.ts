import { tell } from '../errors.ts';
import { withStore } from '../open.ts';
import { chosenJob } from './chosen.ts';

export async function archive(argument: string | undefined, options: { readonly name?: string }, archived: boolean): Promise<void> {
  await withStore((store) => {
    // What is newest of those that it can be done to.
    const { name } = chosenJob(store, argument, options, { archived: !archived });
    store.jobs.setArchived(name, archived);
    tell(archived ? `Archived ${name}. It is listed again after: prl job restore --name ${name}` : `Restored ${name}.`);
  });
}
