/** Inputs and outputs of steps by hand: something under a name, in a mode. */
import type { OutputMode } from '../../../language/types.ts';
import { type ConsumptionMode, DatasetConsumptionConfig } from '../data/consumption.ts';
import { Datastore } from '../data/datastore.ts';
import type { OutputOrigin, Registration } from '../data/descriptions.ts';
import { InputSource } from '../data/input-source.ts';
import { OutputData } from '../data/output-data.ts';
import { OutputDataset } from '../data/output-dataset.ts';
import { checkPortName } from '../names.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { flag, instance, isPlain, judgedLater, oneOf, optional, rule, text } from '../options/rules.ts';
import { tellWithoutEffect } from '../options/without-effect.ts';

/** What an InputPortBinding binds. */
export type BindObject = DatasetConsumptionConfig | InputSource;

/** What an InputPortBinding is made from. */
export interface InputPortBindingOptions {
  /** The input's name in its step. */
  readonly name: string;
  /** What is read. */
  readonly bindObject: BindObject;
  /** Default: as the data says. */
  readonly bindMode?: ConsumptionMode | undefined;
  /** Where a cloud would put the files: without effect here. */
  readonly pathOnCompute?: string | undefined;
  /** Of files that a cloud would put there: without effect here. */
  readonly overwrite?: boolean | undefined;
  /** Files of a cloud's step: without effect here. */
  readonly isResource?: boolean | undefined;
  /** Of a cloud's data preparation: without effect here. */
  readonly additionalTransformations?: unknown;
}

const INPUT = new Options<InputPortBindingOptions>('InputPortBinding', {
  name: text,
  bindObject: rule<BindObject>(
    'a named dataset, a data reference or the output of a step',
    (value) => value instanceof DatasetConsumptionConfig || value instanceof InputSource,
  ),
  bindMode: optional(oneOf('mount', 'download', 'direct')),
  pathOnCompute: optional(text),
  overwrite: optional(flag),
  isResource: optional(flag),
  additionalTransformations: optional(judgedLater<unknown>()),
});

/**
 * Data under a name that a step's input has. Values in Python's order (name, bindObject, bindMode), or options.
 *
 * Source: azureml.pipeline.core.InputPortBinding.
 */
export class InputPortBinding extends InputSource {
  /** The input's name in its step. */
  readonly name: string;
  /** What is read. */
  readonly bindObject: BindObject;
  /** How; undefined: as the data says. */
  readonly bindMode: ConsumptionMode | undefined;

  /** @throws RequestError for a wrong value, and a name that no input can have. */
  constructor(
    ...given: readonly [options: InputPortBindingOptions] | readonly [name: string, bindObject: BindObject, bindMode?: ConsumptionMode]
  ) {
    super();
    const options = INPUT.judge(arranged(INPUT.of, INPUT.names, given));
    checkPortName('input', options.name);
    tellWithoutEffect(INPUT.of, options, ['pathOnCompute', 'overwrite', 'isResource', 'additionalTransformations']);
    this.name = options.name;
    this.bindObject = options.bindObject;
    this.bindMode = options.bindMode;
  }

  /** The data as a step reads it. */
  override toInput(): DatasetConsumptionConfig {
    const { dataset, mode } = this.bindObject instanceof InputSource ? this.bindObject.toInput() : this.bindObject;
    return new DatasetConsumptionConfig(this.name, dataset, { mode: this.bindMode ?? mode });
  }
}

/** What an OutputPortBinding is made from. */
export interface OutputPortBindingOptions {
  /** Letters, digits and underscores, not beginning with a digit. */
  readonly name: string;
  /** Where it goes. Default: the pipeline's `defaultDatastore`, else the home's own. */
  readonly datastore?: Datastore | undefined;
  /** The output's name in its step. Default: the name. */
  readonly outputName?: string | undefined;
  /** How a cloud would take it away. Default: `mount`. */
  readonly bindMode?: 'mount' | 'upload' | undefined;
  /** Where a step of a cloud would write it: without effect here. */
  readonly pathOnCompute?: string | undefined;
  /** False: the output is one file. Default: true, a folder. */
  readonly isDirectory?: boolean | undefined;
  /** Of an output that is uploaded: without effect here. */
  readonly overwrite?: boolean | undefined;
  /** A name for what the data is: without effect here. */
  readonly dataType?: string | undefined;
  /** The output of the pipeline that it is, for `getPipelineOutput`. */
  readonly pipelineOutputName?: string | undefined;
  /** What an AutoML step gives: without effect here. */
  readonly trainingOutput?: unknown;
  /** What it is registered as when its step has completed. */
  readonly datasetRegistration?: Registration | undefined;
}

const OUTPUT = new Options<OutputPortBindingOptions>('OutputPortBinding', {
  name: text,
  datastore: optional(instance(Datastore)),
  outputName: optional(text),
  bindMode: optional(oneOf('mount', 'upload')),
  pathOnCompute: optional(text),
  isDirectory: optional(flag),
  overwrite: optional(flag),
  dataType: optional(text),
  pipelineOutputName: optional(text),
  trainingOutput: optional(judgedLater<unknown>()),
  datasetRegistration: optional(rule<Registration>('an object with a name', (value) => isPlain(value) && typeof value.name === 'string')),
});

/**
 * An output of a step by hand. Values in Python's order (name, datastore, outputName, bindMode), or options.
 *
 * Source: azureml.pipeline.core.OutputPortBinding.
 */
export class OutputPortBinding extends OutputData {
  /** What the step that writes it calls it. */
  readonly name: string;
  /** One for all that stands for this output. */
  readonly origin: OutputOrigin;
  /** How a cloud would take it away. */
  readonly mode: OutputMode;
  override readonly datastore: Datastore | undefined;
  override readonly pipelineOutputName: string | undefined;
  override readonly isFile: boolean;
  /** What it is registered as when its step has completed. */
  readonly registration: Registration | undefined;
  /** It is what the step writes to its path. */
  readonly source = undefined;

  /** @throws RequestError for a wrong value, and a name that no output can have. */
  constructor(
    ...given:
      | readonly [options: OutputPortBindingOptions]
      | readonly [name: string, datastore?: Datastore, outputName?: string, bindMode?: 'mount' | 'upload']
  ) {
    super();
    const options = OUTPUT.judge(arranged(OUTPUT.of, OUTPUT.names, given));
    const { name, outputName = name, bindMode = 'mount', isDirectory = true } = options;
    checkPortName('output', outputName);
    tellWithoutEffect(OUTPUT.of, options, ['pathOnCompute', 'overwrite', 'dataType', 'trainingOutput']);
    this.name = outputName;
    this.origin = { isNamed: true, name: outputName };
    this.mode = bindMode === 'mount' ? 'rw_mount' : 'upload';
    this.datastore = options.datastore;
    this.pipelineOutputName = options.pipelineOutputName;
    this.isFile = !isDirectory;
    this.registration = options.datasetRegistration;
  }

  /** The output as another step reads it. */
  override toInput(): DatasetConsumptionConfig {
    return new OutputDataset(this).toInput();
  }
}
