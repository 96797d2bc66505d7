import type { TableView } from '../../../language/types.ts';
import { type ConsumptionMode, DatasetConsumptionConfig } from './consumption.ts';
import type { Registration, WrittenDescription } from './descriptions.ts';
import { InputSource } from './input-source.ts';
import type { OutputData } from './output-data.ts';
import { type DelimitedOptions, delimited, type ParquetOptions, parquet } from './table-options.ts';

export interface OutputDatasetOptions {
  /** None: files. */
  readonly table?: TableView | undefined;
  /** Default: the output's own name. */
  readonly inputName?: string | undefined;
  readonly mode?: ConsumptionMode | undefined;
  readonly registration?: Registration | undefined;
}

/** What a step writes, as a dataset for another step. It may also stand among the outputs of the step that writes it. */
export class OutputDataset extends InputSource implements WrittenDescription {
  readonly kind = 'written';
  readonly output: OutputData;
  readonly options: OutputDatasetOptions;
  constructor(output: OutputData, options: OutputDatasetOptions = {}) {
    super();
    this.output = output;
    this.options = options;
  }

  get table(): TableView | undefined {
    return this.options.table;
  }

  toInput(): DatasetConsumptionConfig {
    const { inputName, mode } = this.options;
    // An output without a name gets one in each step that writes or reads it.
    const isNamed = inputName !== undefined || this.output.origin.isNamed;
    return new DatasetConsumptionConfig(inputName ?? this.output.name, this, { mode, isNamed });
  }
}

/** Files that a step wrote. Made by `PipelineData.asDataset()`. */
export class PipelineOutputFileDataset extends OutputDataset {
  asNamedInput(inputName: string): PipelineOutputFileDataset {
    return this.#with({ inputName });
  }
  asMount(): PipelineOutputFileDataset {
    return this.#with({ mode: 'mount' });
  }
  asDownload(): PipelineOutputFileDataset {
    return this.#with({ mode: 'download' });
  }
  asDirect(): PipelineOutputFileDataset {
    return this.#with({ mode: 'direct' });
  }

  /** Registers the output as a data asset when its step has completed. The result stands among the outputs of that step. */
  register(name: string): PipelineOutputFileDataset {
    return this.#with({ registration: { name } });
  }

  /** The files as rows, for the step that reads them. `fileExtension`: only files that end so. */
  parseDelimitedFiles({
    fileExtension = '',
    ...options
  }: DelimitedOptions & { readonly fileExtension?: string } = {}): PipelineOutputTabularDataset {
    return this.#rows({ transformations: delimited(options), pattern: `**/*${fileExtension}` });
  }
  parseParquetFiles({
    fileExtension = '.parquet',
    ...options
  }: ParquetOptions & { readonly fileExtension?: string } = {}): PipelineOutputTabularDataset {
    return this.#rows({ transformations: parquet(options), pattern: `**/*${fileExtension}` });
  }

  #with(changes: OutputDatasetOptions): PipelineOutputFileDataset {
    return new PipelineOutputFileDataset(this.output, { ...this.options, ...changes });
  }
  #rows(table: TableView): PipelineOutputTabularDataset {
    return new PipelineOutputTabularDataset(this.output, { inputName: this.options.inputName, table });
  }
}

/** Rows of files that a step wrote. Made by `parseDelimitedFiles` and `parseParquetFiles`. */
export class PipelineOutputTabularDataset extends OutputDataset {
  asNamedInput(inputName: string): PipelineOutputTabularDataset {
    return new PipelineOutputTabularDataset(this.output, { ...this.options, inputName });
  }
}
