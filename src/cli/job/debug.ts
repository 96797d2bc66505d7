import { debugMiniBatch } from '../../jobs/debug.ts';
import { processContext } from '../../os/process-context.ts';
import { exitCodes, tell } from '../errors.ts';
import { withStore } from '../open.ts';
import { chosenJob } from './chosen.ts';

interface DebugOptions {
  readonly name?: string;
  readonly miniBatch: number;
  readonly step?: string;
  readonly code?: boolean;
}

export async function debug(argument: string | undefined, options: DebugOptions): Promise<number> {
  return withStore(async (store) => {
    const { name } = chosenJob(store, argument, options);
    const { miniBatch, step, code = false } = options;
    const request = { miniBatch, code, ...(step !== undefined && { step }) };
    const result = await withoutInterrupts(() => debugMiniBatch(processContext(), store, name, request, tell));
    if (result.kind === 'failed') {
      tell(result.error.stack ?? `${result.error.type}: ${result.error.message}`);
      if (result.hint !== undefined) tell(result.hint);
      return exitCodes.failed;
    }
    tell(`Returned ${result.returned} of ${result.items} items in ${Math.round(result.runMs)} ms.`);
    if (result.rows !== undefined) process.stdout.write(result.rows);
    return exitCodes.completed;
  });
}

/** The debugger has the terminal: Ctrl-C is for it. */
async function withoutInterrupts<T>(work: () => Promise<T>): Promise<T> {
  const ignore = () => {};
  process.on('SIGINT', ignore);
  try {
    return await work();
  } finally {
    process.off('SIGINT', ignore);
  }
}
