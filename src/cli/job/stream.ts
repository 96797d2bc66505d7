import { withStore } from '../open.ts';
import type { ResultOptions } from '../options.ts';
import type { ColourChoice } from '../terminal/capabilities.ts';
import { chosenJob } from './chosen.ts';
import { followJob } from './follow.ts';

interface StreamOptions extends ResultOptions {
  readonly name?: string;
  readonly from?: number;
  readonly color?: ColourChoice;
  readonly verbose?: boolean;
}

export async function stream(argument: string | undefined, options: StreamOptions): Promise<number> {
  return withStore((store) => {
    const { name } = chosenJob(store, argument, options);
    const { from, color, verbose } = options;
    return followJob(store, name, {
      jsonLines: options.output === 'json',
      ...(from !== undefined && { from }),
      ...(color !== undefined && { color }),
      ...(verbose === true && { prints: 'start' }),
    });
  });
}
