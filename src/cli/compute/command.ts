import type { Command } from 'commander';
import { leaf, setOption } from '../options.ts';

export function define(command: Command): void {
  leaf(command.command('list').summary('list what jobs can run on')).action(async (options) => {
    await (await import('./compute.ts')).list(options);
  });
  leaf(command.command('show').summary('show one compute'))
    .argument('[name]', 'its name', 'local')
    .option('-n, --name <name>', 'the same, as an option')
    .action(async (name, options) => {
      await (await import('./compute.ts')).show(options.name ?? name, options);
    });
  leaf(command.command('create').summary('accepted for scripts: a compute name that is not configured runs on this machine'))
    .option('-n, --name <name>', 'its name')
    .option('-f, --file <file>', 'its file')
    .option('-t, --type <type>', 'its type')
    .addOption(setOption())
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (options) => {
      await (await import('./compute.ts')).create(options);
    });
}
