import { withStore } from '../open.ts';
import { givenName, type ResultOptions } from '../options.ts';
import type { ColourChoice } from '../terminal/capabilities.ts';
import { followJob } from './follow.ts';

interface StreamOptions extends ResultOptions {
  readonly name?: string;
  readonly from?: number;
  readonly color?: ColourChoice;
}

export async function stream(argument: string | undefined, options: StreamOptions): Promise<number> {
  return withStore((store) => {
    const { name } = store.jobs.get(givenName(argument, options));
    const { from, color } = options;
    return followJob(store, name, {
      jsonLines: options.output === 'json',
      ...(from !== undefined && { from }),
      ...(color !== undefined && { color }),
    });
  });
}
