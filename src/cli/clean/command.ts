import type { Command } from 'commander';
import { dryRunOption, leaf, wholeNumber, yesOption } from '../options.ts';

export function define(command: Command): void {
  leaf(command)
    .option('--older-than <age>', 'jobs that ended so long ago: 14d, 12h, 2w')
    .option('--keep-last <n>', 'all but the newest N of each job file', wholeNumber(0))
    .option('--failed', 'only jobs that did not complete')
    .option('--cache', 'inputs that were fetched and are kept for the next job')
    .addOption(dryRunOption())
    .addOption(yesOption())
    .addHelpText(
      'after',
      '\nSeveral together: what all of them allow. Never a running job, nor one whose outputs another job reuses; outputs at a path that a job file\nnames stay. Look first with --dry-run.',
    )
    .action(async (options) => {
      process.exitCode = await (await import('./clean.ts')).clean(options);
    });
}
