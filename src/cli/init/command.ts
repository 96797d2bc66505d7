import { type Command, Option } from 'commander';
import { leaf } from '../options.ts';

export function define(command: Command): void {
  leaf(command)
    .addOption(
      new Option('-l, --language <language>', 'what the entry script is written in').choices(['ts', 'python']).makeOptionMandatory(),
    )
    .action(async (options) => {
      (await import('./init.ts')).init(options.language);
    });
}
