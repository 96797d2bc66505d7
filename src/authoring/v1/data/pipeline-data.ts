import type { OutputMode } from '../../../language/types.ts';
import { checkPortName } from '../names.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { flag, instance, judgedLater, oneOf, optional, text } from '../options/rules.ts';
import { tellWithoutEffect } from '../options/without-effect.ts';
import type { DatasetConsumptionConfig } from './consumption.ts';
import { Datastore } from './datastore.ts';
import type { OutputOrigin } from './descriptions.ts';
import { OutputData } from './output-data.ts';
import { PipelineOutputFileDataset } from './output-dataset.ts';

/** How a PipelineData is written. Source: azureml.pipeline.core.PipelineData. */
export interface PipelineDataOptions {
  /** Where it goes. Default: the pipeline's `defaultDatastore`, else a folder of the job. */
  readonly datastore?: Datastore | undefined;
  /** The output's name in its step. Default: the name. */
  readonly outputName?: string | undefined;
  /** How a cloud would take it away. Default: `mount`. */
  readonly outputMode?: 'mount' | 'upload' | undefined;
  /** Where a step of a cloud would write it: without effect here, where it is written to its place. */
  readonly outputPathOnCompute?: string | undefined;
  /** Of an output that is uploaded: without effect here. */
  readonly outputOverwrite?: boolean | undefined;
  /** A name for what the data is: without effect here. */
  readonly dataType?: string | undefined;
  /** False: the output is one file, and its path is that file's. Default: true, a folder. */
  readonly isDirectory?: boolean | undefined;
  /** The output of the pipeline that it is, for `getPipelineOutput`. */
  readonly pipelineOutputName?: string | undefined;
  /** What an AutoML step gives: without effect here. */
  readonly trainingOutput?: unknown;
}

/** A PipelineData as one object. */
export interface NamedPipelineDataOptions extends PipelineDataOptions {
  /** Letters, digits and underscores, not beginning with a digit. */
  readonly name: string;
}

const OPTIONS = new Options<NamedPipelineDataOptions>('PipelineData', {
  name: text,
  datastore: optional(instance(Datastore)),
  outputName: optional(text),
  outputMode: optional(oneOf('mount', 'upload')),
  outputPathOnCompute: optional(text),
  outputOverwrite: optional(flag),
  dataType: optional(text),
  isDirectory: optional(flag),
  pipelineOutputName: optional(text),
  trainingOutput: optional(judgedLater<unknown>()),
});

/**
 * A folder (or, with `isDirectory: false`, a file) that one step writes and others read. Values in Python's order
 * (name, datastore, outputName, outputMode …), or options.
 *
 * Source: azureml.pipeline.core.PipelineData.
 */
export class PipelineData extends OutputData {
  /** What the step that writes it calls it. */
  readonly name: string;
  /** One for all that stands for this output. */
  readonly origin: OutputOrigin;
  /** How a cloud would take it away. */
  readonly mode: OutputMode;
  override readonly datastore: Datastore | undefined;
  override readonly pipelineOutputName: string | undefined;
  override readonly isFile: boolean;
  /** Given where it is an output: `asDataset().register(name)`. */
  readonly registration = undefined;
  /** It is what the step writes to its path. */
  readonly source = undefined;

  /** @throws RequestError for a wrong value, and a name that no output can have. */
  constructor(
    ...given:
      | readonly [options: NamedPipelineDataOptions]
      | readonly [name: string, options?: PipelineDataOptions]
      | readonly [name: string, datastore: Datastore | undefined, outputName?: string, outputMode?: 'mount' | 'upload']
      | readonly [name: string, datastore: Datastore | undefined, options: Omit<PipelineDataOptions, 'datastore'>]
  ) {
    super();
    const options = OPTIONS.judge(arranged(OPTIONS.of, OPTIONS.names, given));
    const { name, datastore, outputName, outputMode = 'mount', pipelineOutputName, isDirectory = true } = options;
    checkPortName('PipelineData', name);
    if (outputName !== undefined) checkPortName('output', outputName);
    if (pipelineOutputName !== undefined) checkPortName('pipeline output', pipelineOutputName);
    tellWithoutEffect('PipelineData', options, ['outputPathOnCompute', 'outputOverwrite', 'dataType', 'trainingOutput']);
    this.name = outputName ?? name;
    this.origin = { isNamed: true, name: this.name };
    this.mode = outputMode === 'mount' ? 'rw_mount' : 'upload';
    this.datastore = datastore;
    this.pipelineOutputName = pipelineOutputName;
    this.isFile = !isDirectory;
  }

  /** The output as another step reads it. */
  override toInput(): DatasetConsumptionConfig {
    return this.asDataset().toInput();
  }

  /** The folder as a dataset of files, for steps that read or split it. */
  asDataset(): PipelineOutputFileDataset {
    return new PipelineOutputFileDataset(this);
  }
  /** The folder under another name, for steps that read it. */
  asInput(inputName: string): PipelineOutputFileDataset {
    return this.asDataset().asNamedInput(inputName);
  }
  /** The folder, to be mounted: here it is read where it is. Default name: its own. */
  asMount(inputName: string = this.name): PipelineOutputFileDataset {
    return this.asInput(inputName).asMount();
  }
  /** The folder, to be downloaded: here it is read where it is. Default name: its own. */
  asDownload(inputName: string = this.name, pathOnCompute?: string): PipelineOutputFileDataset {
    return this.asInput(inputName).asDownload(pathOnCompute);
  }
  /** The folder under a name, in a mode. Default: its own name, `mount`. @throws RequestError for another mode. */
  createInputBinding(
    inputName: string = this.name,
    mode: 'mount' | 'download' = 'mount',
    pathOnCompute?: string,
  ): PipelineOutputFileDataset {
    return mode === 'download' ? this.asDownload(inputName, pathOnCompute) : this.asMount(inputName);
  }
}
