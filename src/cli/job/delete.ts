import { type DeleteOptions, deleteAll } from '../deletion.ts';
import { withStore } from '../open.ts';
import { givenName } from '../options.ts';
import { chosenJob } from './chosen.ts';

export async function deleteJob(argument: string | undefined, options: DeleteOptions & { readonly name?: string }): Promise<number> {
  // What is deleted is named: not what happens to be the newest.
  const name = givenName(argument, options);
  return withStore((store) => deleteAll(store, [chosenJob(store, name, {})], options));
}
