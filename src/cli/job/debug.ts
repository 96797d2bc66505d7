import { debugMiniBatch } from '../../jobs/debug.ts';
import { processContext } from '../../os/process-context.ts';
import { exitCodes, tell } from '../errors.ts';
import { withStore } from '../open.ts';
import { givenName } from '../options.ts';

interface DebugOptions {
  readonly name?: string;
  readonly miniBatch: number;
  readonly step?: string;
}

export async function debug(argument: string | undefined, options: DebugOptions): Promise<number> {
  return withStore(async (store) => {
    const { name } = store.jobs.get(givenName(argument, options));
    // The debugger has the terminal: Ctrl-C is for it.
    process.on('SIGINT', () => {});
    const { miniBatch, step } = options;
    const result = await debugMiniBatch(processContext(), store, name, { miniBatch, ...(step !== undefined && { step }) }, tell);
    if (result.kind === 'failed') {
      tell(result.error.stack ?? `${result.error.type}: ${result.error.message}`);
      return exitCodes.failed;
    }
    tell(`Returned ${result.returned} of ${result.items} items in ${Math.round(result.runMs)} ms.`);
    if (result.rows !== undefined) process.stdout.write(result.rows);
    return exitCodes.completed;
  });
}
