/** What datastores have beyond other assets: they change, go, and can be out of reach. */
import { checkDatastore } from '../../jobs/check-datastore.ts';
import { removeDatastore } from '../../jobs/register-datastore.ts';
import { confirmed } from '../confirm.ts';
import { tell } from '../errors.ts';
import { withStore } from '../open.ts';
import { givenName, type ResultOptions } from '../options.ts';
import { printResult } from '../output/output.ts';
import { facts } from '../output/table.ts';

interface NameOptions extends ResultOptions {
  readonly name?: string;
}

export async function check(argument: string | undefined, options: NameOptions): Promise<void> {
  await withStore(async (store) => {
    const name = givenName(argument, options);
    const { address, who, first } = await checkDatastore(store, name, process.env);
    const shown = { name, address, ...(who !== undefined && { who }), first: first ?? null };
    await printResult(shown, options, () =>
      facts([
        ['name', name],
        ['address', address],
        ...(who === undefined ? [] : ([['asked as', who]] as const)),
        ['can be listed', first === undefined ? 'yes, and it is empty' : `yes: ${first} …`],
      ]),
    );
  });
}

export async function remove(argument: string | undefined, options: NameOptions & { readonly yes?: boolean }): Promise<void> {
  const name = givenName(argument, options);
  await withStore(async (store) => {
    store.assets.resolve('datastore', name, { label: 'latest' });
    const question = `Forget the datastore ${name} and what gives access to it? What lies there stays.`;
    if (!(await confirmed(question, options.yes === true))) return tell('Nothing was deleted.');
    removeDatastore(store, name);
    tell(`The datastore ${name} is forgotten; what lies there stays.`);
  });
}
