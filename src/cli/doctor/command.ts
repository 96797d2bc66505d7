import type { Command } from 'commander';
import { leaf } from '../options.ts';

export function define(command: Command): void {
  leaf(command).action(async (options) => {
    process.exitCode = await (await import('./doctor.ts')).doctor(options);
  });
}
