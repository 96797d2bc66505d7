import { withStore } from '../open.ts';
import { givenName } from '../options.ts';

export async function archive(argument: string | undefined, options: { readonly name?: string }, archived: boolean): Promise<void> {
  await withStore((store) => store.jobs.setArchived(store.jobs.get(givenName(argument, options)).name, archived));
}
