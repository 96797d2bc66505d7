import { type Container, withMounts } from '../../os/container/container.ts';
import type { WorkerOrder } from '../compute.ts';

/** What a table names need not lie in the folder that the step was given. */
export function withReaders(container: Container, readers: WorkerOrder['readers']): Container {
  const roots = readers.flatMap((reader) =>
    reader.kind === 'none' || reader.store !== undefined || reader.root === '' ? [] : [reader.root],
  );
  return withMounts(container, roots, false);
}
