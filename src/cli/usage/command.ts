import type { Command } from 'commander';
import { leaf, wholeNumber } from '../options.ts';

export function define(command: Command): void {
  leaf(command)
    .option('-r, --max-results <n>', 'the largest so many jobs (default on a terminal: 20)', wholeNumber(1))
    .action(async (options) => {
      await (await import('./usage.ts')).usage(options);
    });
}
