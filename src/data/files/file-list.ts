import type { Listed } from '../stores/store.ts';

/** The files of an input, as a stream of batches; an empty batch is a chance to pause. Paths stand relative to `root`. */
export interface FileList {
  readonly root: string;
  batches(): AsyncIterable<readonly Listed[]>;
}
