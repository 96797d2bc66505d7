import { type DownloadOptions, downloadJob } from '../../jobs/download.ts';
import { tell } from '../errors.ts';
import { withStore } from '../open.ts';
import { givenName } from '../options.ts';

export async function download(argument: string | undefined, options: DownloadOptions & { readonly name?: string }): Promise<void> {
  await withStore(async (store) => {
    for (const folder of await downloadJob(store, givenName(argument, options), { ...options, tell })) tell(`Downloaded ${folder}`);
  });
}
