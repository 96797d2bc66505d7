import type { FetchServer } from '../data/fetch/fetch-server.ts';
import { disk } from '../data/stores/disk.ts';
import { byteSizeOf } from '../os/byte-size.ts';
import type { StateFiles } from './record/state-files.ts';
import type { ParallelRun } from './types.ts';

/** Bytes that the files of mini-batches take on the disk while workers need them, those of all workers of a step together. */
const spaceVariable = 'PARALLELRUN_FETCH_SPACE';

/** Fetches what of the inputs is not on this machine, for all workers of the step. Undefined where everything is. To be closed. */
export async function openFetching(
  { inputs, environmentVariables }: Pick<ParallelRun, 'inputs' | 'environmentVariables'>,
  state: StateFiles,
): Promise<FetchServer | undefined> {
  if (inputs.every(({ store = disk }) => store === disk)) return undefined;
  // Most inputs lie here: the step does not wait for what fetches others.
  const { defaultSpace, FetchServer } = await import('../data/fetch/fetch-server.ts');
  return FetchServer.open(
    inputs.map(({ name, store = disk }) => ({ name, store })),
    state.fetched,
    byteSizeOf(environmentVariables, spaceVariable, defaultSpace),
  );
}
