import type { InputMode } from '../../../language/types.ts';
import { invalid, shown } from '../invalid.ts';
import { checkPortName } from '../names.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { flag, judgedLater, oneOf, optional, text } from '../options/rules.ts';
import { tellWithoutEffect } from '../options/without-effect.ts';
import { type DatasetDescription, type DatasetForm, formOf, isReadable } from './descriptions.ts';
import { PipelineParameter } from './pipeline-parameter.ts';

/** How a cloud would deliver a dataset; on this machine it is read where it is. */
export type ConsumptionMode = 'mount' | 'download' | 'direct';

export const INPUT_MODE = { mount: 'ro_mount', download: 'download', direct: 'direct' } as const satisfies Record<
  ConsumptionMode,
  InputMode
>;

/** What an input reads: data that is there, what a step writes, or a pipeline parameter that stands for a dataset. */
export type Consumed = DatasetDescription | PipelineParameter;

/** How an input is read. */
export interface ConsumptionOptions {
  /** Default: `direct`. Rows are only read directly. */
  readonly mode?: ConsumptionMode | undefined;
  /** Where a cloud would put the files: without effect here, where they are read in their place. */
  readonly pathOnCompute?: string | undefined;
  /** False: the step that reads it chooses the name. Default: true. */
  readonly isNamed?: boolean | undefined;
}

/** What a DatasetConsumptionConfig is made from. */
export interface DatasetConsumptionOptions extends ConsumptionOptions {
  /** The input's name: letters, digits and underscores, not beginning with a digit. */
  readonly name: string;
  /** What is read. */
  readonly dataset: Consumed;
}

const OPTIONS = new Options<DatasetConsumptionOptions>('DatasetConsumptionConfig', {
  name: text,
  dataset: { ...judgedLater<Consumed>(), parameter: true },
  mode: optional(oneOf('mount', 'download', 'direct')),
  pathOnCompute: optional(text),
  isNamed: optional(flag),
});

/**
 * A dataset as a step reads it: under a name, in a mode. Values in Python's order (name, dataset, mode, pathOnCompute), or options.
 *
 * Source: azureml.data.dataset_consumption_config.DatasetConsumptionConfig.
 */
export class DatasetConsumptionConfig {
  /** The input's name. */
  readonly name: string;
  /** What is read. */
  readonly dataset: Consumed;
  /** How it is read. */
  readonly mode: ConsumptionMode;
  /** False: the step that reads it chooses the name. */
  readonly isNamed: boolean;

  /** @throws RequestError for a name that is not allowed, what is no dataset, and rows that are to be mounted or downloaded. */
  constructor(
    ...given:
      | readonly [options: DatasetConsumptionOptions]
      | readonly [name: string, dataset: Consumed, options?: ConsumptionOptions]
      | readonly [name: string, dataset: Consumed, mode: ConsumptionMode, pathOnCompute?: string]
  ) {
    const options = OPTIONS.judge(arranged('DatasetConsumptionConfig', ['name', 'dataset', 'mode', 'pathOnCompute'], given));
    const { name, dataset, mode = 'direct', isNamed = true } = options;
    checkPortName('input', name);
    const actual: unknown = dataset instanceof PipelineParameter ? dataset.defaultValue : dataset;
    if (!isReadable(actual)) {
      throw invalid(
        'dataset',
        `The input ${name} must be a dataset, or a pipeline parameter whose default is one; found ${shown(actual)}.`,
      );
    }
    if (formOf(actual) === 'tabular' && mode !== 'direct') {
      throw invalid(
        'mode',
        `The input ${name} is a tabular dataset, which cannot be read by ${mode}.`,
        'Leave the mode out, or use asDirect().',
      );
    }
    tellWithoutEffect('DatasetConsumptionConfig', options, ['pathOnCompute']);
    this.name = name;
    this.dataset = dataset;
    this.mode = mode;
    this.isNamed = isNamed;
  }

  /** The same, to be mounted: here it is read where it is. @throws RequestError for rows. */
  asMount(pathOnCompute?: string): DatasetConsumptionConfig {
    return this.#in('mount', pathOnCompute);
  }
  /** The same, to be downloaded: here it is read where it is. @throws RequestError for rows. */
  asDownload(pathOnCompute?: string): DatasetConsumptionConfig {
    return this.#in('download', pathOnCompute);
  }
  /** The same, to be read where it is. */
  asDirect(): DatasetConsumptionConfig {
    return this.#in('direct');
  }

  /** Files, or rows. */
  get form(): DatasetForm {
    const actual = this.dataset instanceof PipelineParameter ? this.dataset.defaultValue : this.dataset;
    return isReadable(actual) ? formOf(actual) : 'file';
  }

  #in(mode: ConsumptionMode, pathOnCompute?: string): DatasetConsumptionConfig {
    return new DatasetConsumptionConfig(this.name, this.dataset, { mode, pathOnCompute, isNamed: this.isNamed });
  }
}
