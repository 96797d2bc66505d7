import type { InputMode } from '../../../language/types.ts';
import { invalid, shown } from '../invalid.ts';
import { checkPortName } from '../names.ts';
import { type DatasetDescription, type DatasetForm, formOf, isReadable } from './descriptions.ts';
import { PipelineParameter } from './pipeline-parameter.ts';

/** How a cloud would deliver a dataset; on this machine it is read where it is. */
export type ConsumptionMode = 'mount' | 'download' | 'direct';

export const INPUT_MODE = { mount: 'ro_mount', download: 'download', direct: 'direct' } as const satisfies Record<
  ConsumptionMode,
  InputMode
>;

export type Consumed = DatasetDescription | PipelineParameter;

export interface ConsumptionOptions {
  readonly mode?: ConsumptionMode | undefined;
  /** False: the step that reads it chooses the name. Default: true. */
  readonly isNamed?: boolean | undefined;
}

/** A dataset as a step reads it: under a name, in a mode. */
export class DatasetConsumptionConfig {
  readonly name: string;
  readonly dataset: Consumed;
  readonly mode: ConsumptionMode;
  readonly isNamed: boolean;

  constructor(name: string, dataset: Consumed, { mode = 'direct', isNamed = true }: ConsumptionOptions = {}) {
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
    this.name = name;
    this.dataset = dataset;
    this.mode = mode;
    this.isNamed = isNamed;
  }

  asMount(): DatasetConsumptionConfig {
    return this.#in('mount');
  }
  asDownload(): DatasetConsumptionConfig {
    return this.#in('download');
  }
  asDirect(): DatasetConsumptionConfig {
    return this.#in('direct');
  }

  /** Files, or rows. */
  get form(): DatasetForm {
    const actual = this.dataset instanceof PipelineParameter ? this.dataset.defaultValue : this.dataset;
    return isReadable(actual) ? formOf(actual) : 'file';
  }

  #in(mode: ConsumptionMode): DatasetConsumptionConfig {
    return new DatasetConsumptionConfig(this.name, this.dataset, { mode, isNamed: this.isNamed });
  }
}
