import { type Command, Option } from 'commander';
import {
  colorOption,
  dryRunOption,
  environmentOption,
  leaf,
  outputDirOption,
  oversubscribeOption,
  packagesAsOfOption,
  pattern,
  setOption,
  showsPrints,
  strictEnvironmentOption,
  wholeNumber,
  yesOption,
} from '../options.ts';

export function define(command: Command): void {
  const sub = (name: string, summary: string) => leaf(command.command(name).summary(summary).description(`${summary}.`));
  const named = (name: string, summary: string) =>
    sub(name, summary)
      .argument('[name]', "the job's name, the beginning of one, or `last` (default): the newest job of this folder")
      .option('-n, --name <name>', 'the same, as an option');
  const filed = (name: string, summary: string) =>
    sub(name, summary)
      .option('-f, --file <file>', 'the job file, or a folder that holds one')
      .argument('[file]', 'the same, without the option')
      .addOption(setOption());

  showsPrints(filed('create', 'Store a job and run it in a process of its own'))
    .option('-n, --name <name>', "the job's name (default: a generated one)")
    .option('-s, --stream', 'follow the job until it ends; Ctrl-C ends the following, not the job')
    .option('--limit <n>', 'run only the first N mini-batches of each parallel step', wholeNumber(1))
    .option('--mini-batch <index>', 'run only this mini-batch, from 0 on, as a trial', wholeNumber(0))
    .option('--step <step>', 'with --mini-batch: of which parallel step (needed when there are several)')
    .option('--force-rerun', 'run every step, also those whose finished outputs could be taken')
    .addOption(outputDirOption())
    .addOption(environmentOption())
    .addOption(strictEnvironmentOption())
    .addOption(packagesAsOfOption())
    .addOption(oversubscribeOption())
    .addOption(colorOption())
    .action(async (file, options) => {
      const { create } = await import('./create.ts');
      process.exitCode = await create(file, options);
    });
  named('show', "Show a job's state, its steps and what they did").action(async (name, options) => {
    await (await import('./show.ts')).show(name, options);
  });
  sub('list', 'List jobs, newest first')
    .option('-r, --max-results <n>', 'at most so many', wholeNumber(1))
    .option('--all-results [bool]', 'all of them (the default)')
    .option('--archived-only', 'only archived jobs')
    .option('--include-archived', 'archived jobs too')
    .action(async (options) => {
      await (await import('./list.ts')).list(options);
    });
  showsPrints(named('stream', 'Follow a job until it ends; the exit code is its own'))
    .option('--from <n>', 'begin with this event instead of the first', wholeNumber(1))
    .addOption(colorOption())
    .addHelpText('after', '\n--output json writes the events themselves, one JSON object on each line.')
    .action(async (name, options) => {
      const { stream } = await import('./stream.ts');
      process.exitCode = await stream(name, options);
    });
  named('cancel', 'End a job now; it can be resumed').action(async (name, options) => {
    await (await import('./cancel.ts')).cancel(name, options);
  });
  showsPrints(named('resume', 'Carry on with a job that did not complete, in a process of its own'))
    .option('--code', 'with the code as it stands now; finished mini-batches stay')
    .option('--from-scratch', 'all steps again, under the same name and to the same places: nothing that is finished stays')
    .addOption(setOption('change a setting on which no result depends: retry_settings.timeout=600 (several may follow)'))
    .option('-s, --stream', 'follow the job until it ends; Ctrl-C ends the following, not the job')
    .addOption(environmentOption())
    .addOption(strictEnvironmentOption())
    .addOption(packagesAsOfOption())
    .addOption(oversubscribeOption())
    .addOption(colorOption())
    .action(async (name, options) => {
      const { resume } = await import('./resume.ts');
      process.exitCode = await resume(name, options);
    });
  named('download', "Copy a job's outputs, or its logs and artifacts")
    .option('--output-name <output>', 'only this named output')
    .option('--all', 'all named outputs and the artifacts')
    .option('-p, --download-path <folder>', 'where to', '.')
    .action(async (name, options) => {
      await (await import('./download.ts')).download(name, options);
    });
  named('logs', 'Write what the scripts printed, in the order of mini-batches within a worker')
    .option('--step <step>', 'only of this step')
    .option('-i, --mini-batch <index>', 'only of this mini-batch, from 0 on', wholeNumber(0))
    .option('--worker <worker>', 'only of this worker: process003, node1/process003 or 3')
    .option('-f, --follow', 'go on with what is printed, until the job ends')
    .option('--grep <regex>', 'only lines that match', pattern)
    .option('--tail <n>', 'only the last N lines of each worker', wholeNumber(0))
    .addHelpText('after', '\n--output json writes a JSON object for each line: step, worker, stream, mini_batch, line.')
    .action(async (name, options) => {
      await (await import('./logs.ts')).logs(name, options);
    });
  named('outputs', 'Where the outputs are, how large, and their first rows').action(async (name, options) => {
    await (await import('./outputs.ts')).outputs(name, options);
  });
  named('archive', 'Hide a job from lists').action(async (name, options) => {
    await (await import('./archive.ts')).archive(name, options, true);
  });
  named('restore', 'Show an archived job in lists again').action(async (name, options) => {
    await (await import('./archive.ts')).archive(name, options, false);
  });
  named('delete', 'Delete a job with its logs, and its outputs where their place was not chosen')
    .addOption(dryRunOption())
    .addOption(yesOption())
    .action(async (name, options) => {
      process.exitCode = await (await import('./delete.ts')).deleteJob(name, options);
    });
  filed('validate', 'Check a job file and report all mistakes at once').action(async (file, options) => {
    const { validate } = await import('./validate.ts');
    process.exitCode = await validate(file, options);
  });
  filed('plan', 'Say which mini-batches a job would have, without running anything')
    .option('--limit <n>', 'as `prl run --limit` would do', wholeNumber(1))
    .action(async (file, options) => {
      await (await import('./plan.ts')).plan(file, options);
    });
  named('failed', 'List the items of mini-batches that failed for good')
    .option('--step <step>', 'only of this parallel step')
    .action(async (name, options) => {
      await (await import('./failed.ts')).failed(name, options);
    });
  named('retry-failed', 'Try again what failed for good, also in a job that has completed')
    .option('--code', 'with the code as it stands now; what is done stays')
    .option('-s, --stream', 'follow the job until it ends; Ctrl-C ends the following, not the job')
    .addOption(environmentOption())
    .addOption(oversubscribeOption())
    .addOption(colorOption())
    .addHelpText(
      'after',
      '\nThe rows of what succeeds now come into their places in the output, which is replaced when all are there. Steps that read it run again.',
    )
    .action(async (name, options) => {
      const { retryFailed } = await import('./retry-failed.ts');
      process.exitCode = await retryFailed(name, options);
    });
  named('debug', 'Run one mini-batch of a job again, here, under a debugger')
    .requiredOption('-i, --mini-batch <index>', 'the index of the mini-batch, from 0 on', wholeNumber(0))
    .option('--step <step>', 'of which parallel step (needed when there are several)')
    .option('--code', 'with the code as it stands now, where it is edited')
    .action(async (name, options) => {
      const { debug } = await import('./debug.ts');
      process.exitCode = await debug(name, options);
    });
  named('graph', "Draw a job's steps and what they wait for")
    .option('-f, --file <file>', 'a job file instead of a stored job')
    .addOption(new Option('--format <format>', 'how it is drawn').choices(['text', 'mermaid', 'dot']).default('text'))
    .action(async (name, options) => {
      await (await import('./graph.ts')).graph(name, options);
    });
  sub('why', 'Say why a step was or was not reused')
    .argument('[name]', "the job's name")
    .argument('[step]', 'the step')
    .option('-n, --name <name>', "the job's name, as an option")
    .option('--step <step>', 'the step, as an option')
    .action(async (name, step, options) => {
      await (await import('./why.ts')).why(name, step, options);
    });
}
