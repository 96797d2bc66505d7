import { type Command, Option } from 'commander';
import { leaf } from '../options.ts';

export function define(command: Command): void {
  command
    .enablePositionalOptions()
    .addHelpText(
      'after',
      '\nA flag goes before an environment variable, that before parallelrun.yml (in this folder or above it), that before your own file.',
    );
  const sub = (name: string, summary: string) => leaf(command.command(name).summary(summary).description(`${summary}.`));
  const user = new Option('--user', 'in your own file, for all projects; else in parallelrun.yml here or above');
  sub('list', 'Show all settings, their values and where these come from').action(async (options) => {
    await (await import('./config.ts')).list(options);
  });
  sub('get', 'Print the value of a setting')
    .argument('<setting>')
    .action(async (key, options) => {
      process.exitCode = await (await import('./config.ts')).get(key, options);
    });
  sub('set', 'Write a setting into a configuration file')
    .argument('<setting>', 'its name, or NAME=VALUE')
    .argument('[value]')
    .addOption(user)
    .action(async (key, value, options) => {
      (await import('./config.ts')).set(key, value, options);
    });
  sub('unset', 'Take a setting out of a configuration file')
    .argument('<setting>')
    .addOption(user)
    .action(async (key, options) => {
      (await import('./config.ts')).unset(key, options);
    });
}
