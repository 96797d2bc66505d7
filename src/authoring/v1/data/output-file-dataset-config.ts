import type { OutputMode } from '../../../language/types.ts';
import { checkPortName } from '../names.ts';
import type { DatasetConsumptionConfig } from './consumption.ts';
import type { Datastore } from './datastore.ts';
import type { OutputOrigin, Registration } from './descriptions.ts';
import { OutputData } from './output-data.ts';
import { OutputDataset } from './output-dataset.ts';
import { type DelimitedOptions, delimited, type ParquetOptions, parquet } from './table-options.ts';

export interface OutputFileDatasetConfigOptions {
  /** Default: `output_1`, `output_2` … in each step that writes or reads it. */
  readonly name?: string | undefined;
  /** A datastore and a path in it, which may hold `{run-id}` and `{output-name}`. Default: a folder of the run in the home's datastore. */
  readonly destination?: readonly [Datastore, string] | undefined;
  /** Names the parts of the paths of the files that are written: they become columns of rows that are read from them. */
  readonly partitionFormat?: string | undefined;
}

interface Delivery {
  readonly mode: OutputMode;
  readonly registration?: Registration | undefined;
  readonly origin: OutputOrigin;
}

/** A folder that a step writes: give it to the step as an argument or an output, and `asInput()` of it to others. */
export class OutputFileDatasetConfig extends OutputData {
  readonly origin: OutputOrigin;
  readonly mode: OutputMode;
  override readonly datastore: Datastore | undefined;
  override readonly pathOnDatastore: string | undefined;
  override readonly registration: Registration | undefined;
  readonly #options: OutputFileDatasetConfigOptions;

  constructor(options: OutputFileDatasetConfigOptions = {}, delivery: Delivery = { mode: 'rw_mount', origin: originOf(options) }) {
    super();
    if (options.name !== undefined) checkPortName('output', options.name);
    this.#options = options;
    this.mode = delivery.mode;
    this.origin = delivery.origin;
    this.registration = delivery.registration;
    this.datastore = options.destination?.[0];
    this.pathOnDatastore = options.destination?.[1];
  }

  /** As given; else what the step that writes it calls it, once there is one. */
  get name(): string {
    return this.origin.name;
  }

  asMount(): OutputFileDatasetConfig {
    return this.#with({ mode: 'rw_mount' });
  }
  asUpload(): OutputFileDatasetConfig {
    return this.#with({ mode: 'upload' });
  }

  /** Registers the folder as a data asset when its step has completed. */
  registerOnComplete(name: string, { description }: { readonly description?: string | undefined } = {}): OutputFileDatasetConfig {
    return this.#with({ registration: { name, description } });
  }

  /** The files, for a step that reads them. */
  asInput(name?: string): DatasetConsumptionConfig {
    return new OutputDataset(this, { inputName: name }).toInput();
  }
  override toInput(): DatasetConsumptionConfig {
    return this.asInput();
  }

  /** The files as rows. `pathGlob`: only files that match, relative to the folder. */
  readDelimitedFiles({
    pathGlob = '**/*',
    ...options
  }: DelimitedOptions & { readonly pathGlob?: string } = {}): OutputTabularDatasetConfig {
    return new OutputTabularDatasetConfig(this, {
      table: { transformations: delimited({ ...this.#partition(), ...options }), pattern: pathGlob },
    });
  }
  readParquetFiles({ pathGlob = '**/*', ...options }: ParquetOptions & { readonly pathGlob?: string } = {}): OutputTabularDatasetConfig {
    return new OutputTabularDatasetConfig(this, {
      table: { transformations: parquet({ ...this.#partition(), ...options }), pattern: pathGlob },
    });
  }

  #partition(): { readonly partitionFormat?: string | undefined } {
    return { partitionFormat: this.#options.partitionFormat };
  }
  #with(changes: Partial<Delivery>): OutputFileDatasetConfig {
    return new OutputFileDatasetConfig(this.#options, {
      mode: this.mode,
      origin: this.origin,
      registration: this.registration,
      ...changes,
    });
  }
}

function originOf({ name }: OutputFileDatasetConfigOptions): OutputOrigin {
  return { isNamed: name !== undefined, name: name ?? 'output' };
}

/** Rows of files that a step writes. Give it to that step as an argument or an output, and `asInput()` of it to others. */
export class OutputTabularDatasetConfig extends OutputDataset {
  asInput(inputName?: string): DatasetConsumptionConfig {
    return new OutputDataset(this.output, { ...this.options, inputName }).toInput();
  }

  /** Registers the folder of the files as a data asset when its step has completed. */
  registerOnComplete(name: string, { description }: { readonly description?: string | undefined } = {}): OutputTabularDatasetConfig {
    return new OutputTabularDatasetConfig(this.output, { ...this.options, registration: { name, description } });
  }
}
