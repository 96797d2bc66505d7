import type { OutputMode } from '../../../language/types.ts';
import { invalid, shown } from '../invalid.ts';
import { checkPortName } from '../names.ts';
import type { DatasetConsumptionConfig } from './consumption.ts';
import type { Datastore } from './datastore.ts';
import type { OutputOrigin } from './descriptions.ts';
import { OutputData } from './output-data.ts';
import { PipelineOutputFileDataset } from './output-dataset.ts';

export interface PipelineDataOptions {
  /** Default: the home's own datastore. */
  readonly datastore?: Datastore | undefined;
  /** The output's name in its step. Default: the name. */
  readonly outputName?: string | undefined;
  /** Default: `mount`. */
  readonly outputMode?: 'mount' | 'upload' | undefined;
  readonly outputOverwrite?: boolean | undefined;
  readonly isDirectory?: boolean | undefined;
  /** The output of the pipeline that it is, for `getPipelineOutput`. */
  readonly pipelineOutputName?: string | undefined;
}

/** A folder that one step writes and others read. */
export class PipelineData extends OutputData {
  readonly name: string;
  readonly origin: OutputOrigin;
  readonly mode: OutputMode;
  override readonly datastore: Datastore | undefined;
  override readonly pipelineOutputName: string | undefined;

  constructor(name: string, { datastore, outputName, outputMode = 'mount', pipelineOutputName }: PipelineDataOptions = {}) {
    super();
    checkPortName('PipelineData', name);
    if (outputName !== undefined) checkPortName('output', outputName);
    if (outputMode !== 'mount' && outputMode !== 'upload')
      throw invalid('outputMode', `Expected mount or upload, found ${shown(outputMode)}.`);
    if (pipelineOutputName !== undefined) checkPortName('pipeline output', pipelineOutputName);
    this.name = outputName ?? name;
    this.origin = { isNamed: true, name: this.name };
    this.mode = outputMode === 'mount' ? 'rw_mount' : 'upload';
    this.datastore = datastore;
    this.pipelineOutputName = pipelineOutputName;
  }

  override toInput(): DatasetConsumptionConfig {
    return this.asDataset().toInput();
  }

  /** The folder as a dataset of files, for steps that read it. */
  asDataset(): PipelineOutputFileDataset {
    return new PipelineOutputFileDataset(this);
  }
  /** The folder under another name, for steps that read it. */
  asInput(inputName: string): PipelineOutputFileDataset {
    return this.asDataset().asNamedInput(inputName);
  }
  asMount(inputName: string = this.name): PipelineOutputFileDataset {
    return this.asInput(inputName).asMount();
  }
  asDownload(inputName: string = this.name): PipelineOutputFileDataset {
    return this.asInput(inputName).asDownload();
  }
}
