import { type DownloadOptions, downloadJob } from '../../jobs/download.ts';
import { tell } from '../errors.ts';
import { withStore } from '../open.ts';
import { chosenJob } from './chosen.ts';

export async function download(argument: string | undefined, options: DownloadOptions & { readonly name?: string }): Promise<void> {
  await withStore(async (store) => {
    for (const folder of await downloadJob(store, chosenJob(store, argument, options).name, { ...options, tell }))
      tell(`Downloaded ${folder}`);
  });
}
