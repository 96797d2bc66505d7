/** What a step writes: the common part of `PipelineData` and `OutputFileDatasetConfig`. */
import type { OutputMode } from '../../../language/types.ts';
import type { Datastore } from './datastore.ts';
import type { OutputDescription, OutputOrigin, Registration } from './descriptions.ts';
import { InputSource } from './input-source.ts';

export abstract class OutputData extends InputSource implements OutputDescription {
  abstract readonly name: string;
  abstract readonly origin: OutputOrigin;
  abstract readonly mode: OutputMode;
  readonly datastore?: Datastore | undefined;
  readonly pathOnDatastore?: string | undefined;
  readonly registration?: Registration | undefined;
  readonly pipelineOutputName?: string | undefined;
}
