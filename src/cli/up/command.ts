import type { Command } from 'commander';
import { wholeNumber } from '../options.ts';

export function define(command: Command): void {
  command
    .description('Tries a cluster on this machine: a NATS server and agents, until Ctrl-C. Its compute is called up.')
    .option('--agents <n>', 'agents', wholeNumber(1), 2)
    .option('--slots <n>', 'worker processes of each', wholeNumber(1), 1)
    .option('--port <n>', 'port of the NATS server', wholeNumber(1), 4222)
    .action(async (options) => {
      process.exitCode = await (await import('./up.ts')).up(options);
    });
}
