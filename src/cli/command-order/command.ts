import type { Command } from 'commander';
import { processContext } from '../../os/process-context.ts';

/** What a scheduler starts on a node for a step of type command. */
export function define(command: Command): void {
  command.argument('<file>', 'what the coordinator has written').action(async (file: string) => {
    const { runOrder } = await import('../../pipeline/steps/command-order.ts');
    const result = await runOrder(file, processContext());
    process.exitCode = result.kind === 'completed' ? 0 : 1;
  });
}
