import { type DeleteOptions, deleteAll } from '../deletion.ts';
import { withStore } from '../open.ts';
import { givenName } from '../options.ts';

export async function deleteJob(argument: string | undefined, options: DeleteOptions & { readonly name?: string }): Promise<number> {
  return withStore((store) => deleteAll(store, [store.jobs.get(givenName(argument, options))], options));
}
