import type { Command } from 'commander';
import type { AssetKind } from '../../store/assets.ts';
import { dryRunOption, leaf, setOption, wholeNumber, yesOption } from '../options.ts';

/** `prl data|model|environment|component|datastore create|show|list|archive|restore`. */
export function define(command: Command): void {
  const kind = command.name() as AssetKind;
  const sub = (name: string, summary: string) => leaf(command.command(name).summary(summary).description(`${summary}.`));
  const versioned = (name: string, summary: string) => {
    const one = sub(name, summary).argument('[name]', 'its name').option('-n, --name <name>', 'the same, as an option');
    if (kind === 'datastore') return one;
    return one.option('-v, --version <version>', 'its version (default: the newest)').option('-l, --label <label>', 'a label instead');
  };

  const create = sub('create', `Register ${article(kind)}`)
    .option('-f, --file <file>', 'its YAML file')
    .argument('[file]', 'the same, without the option')
    .option('-n, --name <name>', 'its name, over the one in the file')
    .option('--description <text>', 'what it is')
    .addOption(setOption());
  if (kind !== 'datastore') create.option('-v, --version <version>', 'its version (default: the next number)');
  if (kind === 'data' || kind === 'model') create.option('-t, --type <type>', 'uri_folder, uri_file, mltable, custom_model …');
  if (kind === 'data' || kind === 'model' || kind === 'datastore') create.option('-p, --path <path>', 'where it is');
  if (kind === 'environment') create.option('-i, --image <image>', 'a container image').option('-c, --conda-file <file>', 'a conda file');
  create.action(async (file, options) => {
    await (await import('./asset.ts')).create(kind, file, options);
  });

  versioned('show', `Show ${article(kind)}`).action(async (name, options) => {
    await (await import('./asset.ts')).show(kind, name, options);
  });
  sub('list', 'List what is registered: the newest version of each, or all versions of one')
    .option('-n, --name <name>', 'all versions of this one')
    .option('-r, --max-results <n>', 'at most so many', wholeNumber(1))
    .option('--archived-only', 'only archived ones')
    .action(async (options) => {
      await (await import('./asset.ts')).list(kind, options);
    });
  if (kind === 'datastore') {
    versioned('check', 'See whether it can be reached and listed, and who asks').action(async (name, options) => {
      await (await import('./datastore.ts')).check(name, options);
    });
    sub('update', 'Register it again in place of the one that has the name')
      .option('-f, --file <file>', 'its YAML file')
      .argument('[file]', 'the same, without the option')
      .option('-n, --name <name>', 'its name, over the one in the file')
      .option('-p, --path <path>', 'where it is')
      .addOption(setOption())
      .action(async (file, options) => {
        await (await import('./asset.ts')).create(kind, file, options);
      });
    versioned('delete', 'Forget it, and what gives access to it; what lies there stays')
      .addOption(yesOption())
      .action(async (name, options) => {
        await (await import('./datastore.ts')).remove(name, options);
      });
  }
  if (kind === 'environment') {
    sub('made', 'List the environments that were made on this machine, with what is in them and their sizes').action(async (options) => {
      await (await import('./made-environments.ts')).list(options);
    });
    sub('prune', 'Delete environments that were made and are not used: they are made again when a job wants them')
      .option('--older-than <age>', 'those last used so long ago: 30d, 2w (default: all that nothing uses now)')
      .addOption(dryRunOption())
      .addOption(yesOption())
      .action(async (options) => {
        await (await import('./made-environments.ts')).prune(options);
      });
  }
  versioned('archive', 'Hide it from lists and from the newest').action(async (name, options) => {
    await (await import('./asset.ts')).archive(kind, name, options, true);
  });
  versioned('restore', 'Take an archived one back').action(async (name, options) => {
    await (await import('./asset.ts')).archive(kind, name, options, false);
  });
}

function article(kind: AssetKind): string {
  if (kind === 'data') return 'data';
  return `${kind === 'environment' ? 'an' : 'a'} ${kind}`;
}
