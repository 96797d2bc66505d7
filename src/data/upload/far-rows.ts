import type { ObjectWriter } from '../stores/object/writer.ts';

/** An object that rows go to while they are joined. */
export interface FarRows {
  /** The output's name. */
  readonly output: string;
  open(): Promise<ObjectWriter>;
  readonly key: string;
  /** Relative to the output's folder. */
  readonly path: string;
  /** Folder of what is known of the output's uploads. */
  readonly notes: string;
  /** Aborted: the upload is given up. */
  readonly signal: AbortSignal;
}
