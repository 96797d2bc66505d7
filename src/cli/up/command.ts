import type { Command } from 'commander';
import { wholeNumber } from '../options.ts';

export function define(command: Command): void {
  command
    .description(
      'Tries a cluster on this machine: a NATS server and agents. With a job, runs it there and ends; without, stays until Ctrl-C for jobs from other terminals.',
    )
    .argument('[job]', 'a job file, or its folder: examples/flights')
    .option('--agents <n>', 'agents, each a node of its own', wholeNumber(1), 2)
    .option('--slots <n>', 'worker processes of each (default: its share of the cores)', wholeNumber(1))
    .option('--port <n>', 'port of the NATS server on 127.0.0.1', wholeNumber(1), 4222)
    .action(async (job, options) => {
      process.exitCode = await (await import('./up.ts')).up(job, options);
    });
}
