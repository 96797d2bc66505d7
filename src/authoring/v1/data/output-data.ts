/** What a step writes: the common part of `PipelineData` and `OutputFileDatasetConfig`. */
import type { OutputMode } from '../../../language/types.ts';
import type { Datastore } from './datastore.ts';
import type { OutputDescription, OutputOrigin, OutputSource, Registration } from './descriptions.ts';
import { InputSource } from './input-source.ts';

/** What a step writes and others read: a PipelineData, an OutputFileDatasetConfig or an OutputPortBinding. */
export abstract class OutputData extends InputSource implements OutputDescription {
  /** What the step that writes it calls it. */
  abstract readonly name: string;
  /** One for all copies that differ only in how they are delivered or registered. */
  abstract readonly origin: OutputOrigin;
  /** How a cloud would take it away. */
  abstract readonly mode: OutputMode;
  /** Where it goes. Undefined: a folder of the job. */
  readonly datastore?: Datastore | undefined;
  /** In the datastore. */
  readonly pathOnDatastore?: string | undefined;
  /** What it is registered as when its step has completed. */
  abstract readonly registration: Registration | undefined;
  /** The output of the pipeline that it is. */
  readonly pipelineOutputName?: string | undefined;
  /** It is one file and no folder. */
  readonly isFile?: boolean | undefined;
  /** What of the step's own files becomes the output. Undefined: what the step writes to the output's path. */
  abstract readonly source: OutputSource | undefined;
}
