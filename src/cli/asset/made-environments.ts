/** Environments that were made of what jobs declare: what is kept, and taking away what is old. */
import { type Image, readImage, removeImage } from '../../environments/kept/image-file.ts';
import { type KeptEnvironment, keptEnvironments } from '../../environments/kept/kept.ts';
import { removeEnvironment, removeLeftovers } from '../../environments/kept/prune.ts';
import { RequestError } from '../../errors/types.ts';
import { formatBytes, formatNumberOf } from '../../events/format.ts';
import { parseAge } from '../../jobs/clean.ts';
import { diskUse } from '../../os/disk-use.ts';
import { confirmed } from '../confirm.ts';
import { tell } from '../errors.ts';
import { withStore } from '../open.ts';
import type { ResultOptions } from '../options.ts';
import { printResult } from '../output/output.ts';
import { columns } from '../output/table.ts';

type Sized = KeptEnvironment & { readonly bytes: number };

async function sized(home: string): Promise<readonly Sized[]> {
  return Promise.all(
    keptEnvironments(home).map(async (kept) => ({
      ...kept,
      bytes: (await diskUse(kept.directory)).bytes + (imageOf(kept)?.built?.bytes ?? 0),
    })),
  );
}

/** Undefined for an environment that is none. */
function imageOf({ language, directory }: KeptEnvironment): Image | undefined {
  return language === 'image' ? readImage(directory) : undefined;
}

export async function list(options: ResultOptions): Promise<void> {
  await withStore(async ({ home }) => {
    const kept = await sized(home);
    const shown = kept.map(({ key, directory, language, base, version, packages, made, lastUsed, bytes }) => ({
      key,
      directory,
      language,
      base,
      version,
      packages,
      made,
      last_used: lastUsed,
      bytes,
    }));
    await printResult(shown, options, () =>
      columns(
        ['KEY', 'ON', 'SIZE', 'LAST USED', 'PACKAGES'],
        kept.map(({ key, language, version, bytes, lastUsed, packages }) => [
          key.slice(0, 8),
          `${language} ${version}`,
          formatBytes(bytes),
          lastUsed.slice(0, 16).replace('T', ' '),
          packages.join(', '),
        ]),
      ),
    );
  });
}

interface PruneOptions extends ResultOptions {
  readonly olderThan?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export async function prune({ olderThan, dryRun, yes }: PruneOptions): Promise<void> {
  const age = olderThan === undefined ? 0 : parseAge(olderThan);
  if (age === undefined) {
    throw new RequestError({
      code: 'bad-age',
      message: `--older-than is ${JSON.stringify(olderThan)}: expected an age such as 30d or 2w.`,
    });
  }
  await withStore(async ({ home }) => {
    const old = (await sized(home)).filter(({ lastUsed }) => Date.now() - Date.parse(lastUsed) >= age);
    for (const { key, language, version, bytes, packages } of old)
      tell(`  ${key.slice(0, 8)}  ${language} ${version}  ${formatBytes(bytes)}  ${packages.join(', ')}`);
    const what = `${formatNumberOf(old.length, 'environment')} (${formatBytes(old.reduce((sum, { bytes }) => sum + bytes, 0))})`;
    if (dryRun === true) return tell(`Nothing was deleted: this was a dry run. It would delete ${what}.`);
    if (old.length === 0) return tell('No environment is that old: nothing was deleted.');
    if (!(await confirmed(`Delete ${what}? Jobs that want them make them again.`, yes === true))) return tell('Nothing was deleted.');
    let freed = 0;
    for (const one of old) {
      const image = imageOf(one);
      if (await removeEnvironment(home, one)) {
        freed += one.bytes;
        if (image !== undefined) await removeImage(image);
      } else tell(`  ${one.key.slice(0, 8)}  stays: a running job uses it`);
    }
    await removeLeftovers(home);
    tell(`Deleted: ${formatBytes(freed)} are free again.`);
  });
}
