import { invalid } from '../invalid.ts';
import { checkPortName } from '../names.ts';
import { arranged } from '../options/arranged.ts';
import { Options, type Shape } from '../options/judge.ts';
import { flag, optional, text } from '../options/rules.ts';
import { tellWithoutEffect } from '../options/without-effect.ts';
import { type ConsumptionMode, DatasetConsumptionConfig } from './consumption.ts';
import type { Registration, TableView, WrittenDescription } from './descriptions.ts';
import { InputSource } from './input-source.ts';
import type { OutputData } from './output-data.ts';
import { DELIMITED, type DelimitedOptions, delimited, PARQUET, type ParquetOptions, parquet } from './table-options.ts';

/** How a step's output is read. */
export interface OutputDatasetOptions {
  /** None: files. */
  readonly table?: TableView | undefined;
  /** Default: the output's own name. */
  readonly inputName?: string | undefined;
  /** Default: `direct`. */
  readonly mode?: ConsumptionMode | undefined;
  /** What the output is registered as. */
  readonly registration?: Registration | undefined;
}

/** What a step writes, as a dataset for another step. It may also stand among the outputs of the step that writes it. */
export class OutputDataset extends InputSource implements WrittenDescription {
  /** What tells it from data that is there before the pipeline runs. */
  readonly kind = 'written';
  /** The output itself. */
  readonly output: OutputData;
  /** How it is read. */
  readonly options: OutputDatasetOptions;
  /** Made by `asDataset`, `asInput` and the like of an output. */
  constructor(output: OutputData, options: OutputDatasetOptions = {}) {
    super();
    if (options.inputName !== undefined) checkPortName('input', options.inputName);
    this.output = output;
    this.options = options;
  }

  /** How its files are read as rows; undefined: they are files. */
  get table(): TableView | undefined {
    return this.options.table;
  }

  /** The dataset as a step reads it. */
  override toInput(): DatasetConsumptionConfig {
    const { inputName, mode } = this.options;
    // An output without a name gets one in each step that writes or reads it.
    const isNamed = inputName !== undefined || this.output.origin.isNamed;
    return new DatasetConsumptionConfig(inputName ?? this.output.name, this, { mode, isNamed });
  }
}

/** How the files of an output are read as delimited rows. */
export interface ParseDelimitedOptions extends DelimitedOptions {
  /** Only files that end so. Default: all. */
  readonly fileExtension?: string | undefined;
  /** Another name for `supportMultiLine`. */
  readonly quotedLineBreaks?: boolean | undefined;
}

/** How the files of an output are read as Parquet. */
export interface ParseParquetOptions extends ParquetOptions {
  /** Only files that end so. Default: `.parquet`. */
  readonly fileExtension?: string | undefined;
}

/** What `register` takes. */
export interface RegisterOutputOptions {
  /** What the dataset is registered as. */
  readonly name: string;
  /** Each run's output becomes the next version; false is refused. Default: true. */
  readonly createNewVersion?: boolean | undefined;
}

const PARSE_DELIMITED = new Options<ParseDelimitedOptions>('parseDelimitedFiles', {
  ...DELIMITED,
  fileExtension: optional(text),
  quotedLineBreaks: optional(flag),
});
const PARSE_PARQUET = new Options<ParseParquetOptions>('parseParquetFiles', { ...PARQUET, fileExtension: optional(text) });
const REGISTER = new Options<RegisterOutputOptions>('register', {
  name: text,
  createNewVersion: optional(flag),
} satisfies Shape<RegisterOutputOptions>);

/** The arguments of `register`. */
export type RegisterOutputArguments = readonly [options: RegisterOutputOptions] | readonly [name: string, createNewVersion?: boolean];

function registrationOf(given: RegisterOutputArguments): Registration {
  const { name, createNewVersion = true } = REGISTER.judge(arranged(REGISTER.of, REGISTER.names, given));
  if (createNewVersion) return { name };
  throw invalid('createNewVersion', 'Each run registers its output as the next version: createNewVersion: false is not possible.');
}

/** Files that a step wrote. Made by `PipelineData.asDataset()`. Source: azureml.pipeline.core.pipeline_output_dataset. */
export class PipelineOutputFileDataset extends OutputDataset {
  /** What the step that reads it calls it. */
  get inputName(): string {
    return this.options.inputName ?? this.output.name;
  }
  /** What the step that writes it calls it. */
  get name(): string {
    return this.output.name;
  }
  /** The same under another name. @throws RequestError for a name that is not allowed. */
  asNamedInput(inputName: string): PipelineOutputFileDataset {
    return this.#with({ inputName });
  }
  /** The same, to be mounted: here it is read where it is. */
  asMount(pathOnCompute?: string): PipelineOutputFileDataset {
    tellWithoutEffect('PipelineOutputFileDataset', { pathOnCompute }, ['pathOnCompute']);
    return this.#with({ mode: 'mount' });
  }
  /** The same, to be downloaded: here it is read where it is. */
  asDownload(pathOnCompute?: string): PipelineOutputFileDataset {
    tellWithoutEffect('PipelineOutputFileDataset', { pathOnCompute }, ['pathOnCompute']);
    return this.#with({ mode: 'download' });
  }
  /** The same, to be read where it is. */
  asDirect(): PipelineOutputFileDataset {
    return this.#with({ mode: 'direct' });
  }

  /** Registers the output as a data asset when its step has completed. The result stands among the outputs of that step. */
  register(...given: RegisterOutputArguments): PipelineOutputFileDataset {
    return this.#with({ registration: registrationOf(given) });
  }

  /** The files as delimited rows, for the step that reads them. @throws RequestError for a wrong option. */
  parseDelimitedFiles(options: ParseDelimitedOptions = {}): PipelineOutputTabularDataset {
    const { fileExtension = '', quotedLineBreaks, ...read } = PARSE_DELIMITED.judge(options);
    const supportMultiLine = read.supportMultiLine ?? quotedLineBreaks;
    return this.#rows({ transformations: delimited({ ...read, supportMultiLine }), pattern: `**/*${fileExtension}` });
  }
  /** The files as rows of Parquet, for the step that reads them. @throws RequestError for a wrong option. */
  parseParquetFiles(options: ParseParquetOptions = {}): PipelineOutputTabularDataset {
    const { fileExtension = '.parquet', ...read } = PARSE_PARQUET.judge(options);
    return this.#rows({ transformations: parquet(read), pattern: `**/*${fileExtension}` });
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
  /** What the step that reads it calls it. */
  get inputName(): string {
    return this.options.inputName ?? this.output.name;
  }
  /** What the step that writes it calls it. */
  get name(): string {
    return this.output.name;
  }
  /** The same under another name. @throws RequestError for a name that is not allowed. */
  asNamedInput(inputName: string): PipelineOutputTabularDataset {
    return new PipelineOutputTabularDataset(this.output, { ...this.options, inputName });
  }
  /** Without these columns. */
  dropColumns(columns: string | readonly string[]): PipelineOutputTabularDataset {
    return new PipelineOutputTabularDataset(this.output, withTransformation(this.options, { drop_columns: [columns].flat() }));
  }
  /** Only these columns. */
  keepColumns(columns: string | readonly string[]): PipelineOutputTabularDataset {
    return new PipelineOutputTabularDataset(this.output, withTransformation(this.options, { keep_columns: [columns].flat() }));
  }
  /** Registers the folder of the files as a data asset when its step has completed. The result stands among the outputs of that step. */
  register(...given: RegisterOutputArguments): PipelineOutputTabularDataset {
    return new PipelineOutputTabularDataset(this.output, { ...this.options, registration: registrationOf(given) });
  }
}

/** The rows with one more transformation behind the others. */
export function withTransformation(options: OutputDatasetOptions, transformation: Readonly<Record<string, unknown>>): OutputDatasetOptions {
  const { table } = options;
  if (table === undefined) return options;
  return { ...options, table: { ...table, transformations: [...table.transformations, transformation] } };
}
