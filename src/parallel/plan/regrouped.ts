import { existsSync } from 'node:fs';
import type { Reader } from '../../data/types.ts';
import type { StateFiles } from '../record/state-files.ts';

/** Whether mini-batches of the step are pieces of files that its planning wrote and its completion removed. */
export function isRegroupedAway(readers: readonly Reader[], state: StateFiles): boolean {
  return (
    !existsSync(state.scratch) && readers.some((reader) => reader.kind !== 'none' && `${reader.root}/`.startsWith(`${state.scratch}/`))
  );
}
