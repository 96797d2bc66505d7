import type { Command } from 'commander';
import {
  colorOption,
  environmentOption,
  leaf,
  outputDirOption,
  oversubscribeOption,
  packagesAsOfOption,
  setOption,
  showsPrints,
  strictEnvironmentOption,
  wholeNumber,
} from '../options.ts';

export function define(command: Command): void {
  showsPrints(leaf(command))
    .argument('[file]', 'a job file, or a folder that holds one pipeline.yml or job.yml (default: the current folder)')
    .option('-f, --file <file>', 'the same, as an option')
    .addOption(setOption())
    .option('-n, --name <name>', "the job's name (default: a generated one)")
    .option('--limit <n>', 'run only the first N mini-batches of each parallel step', wholeNumber(1))
    .option('--mini-batch <index>', 'run only this mini-batch, from 0 on, as a trial', wholeNumber(0))
    .option('--step <step>', 'with --mini-batch: of which parallel step (needed when there are several)')
    .option('--only-failed-of <job>', 'run only over what failed for good in this job, in steps of the same name and input')
    .option('--force-rerun', 'run every step, also those whose finished outputs could be taken')
    .addOption(outputDirOption())
    .addOption(environmentOption())
    .addOption(strictEnvironmentOption())
    .addOption(packagesAsOfOption())
    .addOption(oversubscribeOption())
    .addOption(colorOption())
    .addHelpText(
      'after',
      '\nThis process runs the job. Ctrl-C once: running attempts may finish; twice: everything is killed. Either way the job can be resumed.',
    )
    .action(async (file, options) => {
      const { run } = await import('./run.ts');
      process.exitCode = await run(file, options);
    });
}
