import { type Command, Option } from 'commander';
import { leaf } from '../options.ts';
import { languages, templateNames } from './templates.ts';

export function define(command: Command): void {
  leaf(command)
    .addOption(new Option('-l, --language <language>', 'what the entry script is written in').choices(languages).makeOptionMandatory())
    .addOption(
      new Option(
        '-t, --template <template>',
        'text: files of text; images, table (Python): what it says, with packages; llm: a language model is asked about each row',
      )
        .choices(templateNames)
        .default('text'),
    )
    .action(async (options) => {
      (await import('./init.ts')).init(options.language, options.template);
    });
}
