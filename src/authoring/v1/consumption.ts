import type { InputMode } from '../../language/types.ts';
import { FileDataset } from './file-dataset.ts';
import { invalid, shown } from './invalid.ts';
import { checkPortName } from './names.ts';
import { OutputDataset } from './output-dataset.ts';
import { PipelineParameter } from './pipeline-parameter.ts';
import { TabularDataset } from './tabular-dataset.ts';

/** How a cloud would deliver a dataset; on this machine it is read where it is. */
export type ConsumptionMode = 'mount' | 'download' | 'direct';

export const INPUT_MODE = { mount: 'ro_mount', download: 'download', direct: 'direct' } as const satisfies Record<
  ConsumptionMode,
  InputMode
>;

export type Consumed = FileDataset | TabularDataset | OutputDataset | PipelineParameter;

/** A dataset as a step reads it: under a name, in a mode. */
export class DatasetConsumptionConfig {
  readonly name: string;
  readonly dataset: Consumed;
  readonly mode: ConsumptionMode;

  constructor(name: string, dataset: Consumed, { mode = 'direct' }: { readonly mode?: ConsumptionMode | undefined } = {}) {
    checkPortName('input', name);
    const actual = dataset instanceof PipelineParameter ? dataset.defaultValue : dataset;
    if (!(actual instanceof FileDataset || actual instanceof TabularDataset || actual instanceof OutputDataset)) {
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
  }

  asMount(): DatasetConsumptionConfig {
    return new DatasetConsumptionConfig(this.name, this.dataset, { mode: 'mount' });
  }
  asDownload(): DatasetConsumptionConfig {
    return new DatasetConsumptionConfig(this.name, this.dataset, { mode: 'download' });
  }
  asDirect(): DatasetConsumptionConfig {
    return new DatasetConsumptionConfig(this.name, this.dataset);
  }

  /** Files, or rows. */
  get form(): DatasetForm {
    return formOf(this.dataset instanceof PipelineParameter ? this.dataset.defaultValue : this.dataset);
  }
}

export type DatasetForm = 'file' | 'tabular';

function formOf(dataset: unknown): DatasetForm {
  if (dataset instanceof OutputDataset) return dataset.table === undefined ? 'file' : 'tabular';
  return dataset instanceof TabularDataset ? 'tabular' : 'file';
}
