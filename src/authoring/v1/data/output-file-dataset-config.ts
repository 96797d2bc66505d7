import type { OutputMode } from '../../../language/types.ts';
import { checkPortName } from '../names.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { flag, list, nonEmptyText, optional, record, rule, text } from '../options/rules.ts';
import { tellWithoutEffect } from '../options/without-effect.ts';
import type { DatasetConsumptionConfig } from './consumption.ts';
import { Datastore } from './datastore.ts';
import type { OutputOrigin, OutputSource, Registration } from './descriptions.ts';
import { OutputData } from './output-data.ts';
import { OutputDataset, withTransformation } from './output-dataset.ts';
import { DELIMITED, type DelimitedOptions, delimited, PARQUET, type ParquetOptions, parquet } from './table-options.ts';

/** What an OutputFileDatasetConfig is made from. Source: azureml.data.OutputFileDatasetConfig. */
export interface OutputFileDatasetConfigOptions {
  /** Default: `output_1`, `output_2` … in each step that writes or reads it; in a destination the step's name stands before it. */
  readonly name?: string | undefined;
  /** A datastore and a path in it, which may hold `{run-id}` and `{output-name}`. Default: a folder of the job. */
  readonly destination?: readonly [Datastore, string?] | Datastore | undefined;
  /**
   * A folder or file that the step writes, relative to where it runs: it is copied to the output when the step has completed, and
   * the output's argument is its path. Only of steps that run a script or a command. Default: the output's own place.
   */
  readonly source?: string | undefined;
  /** Names the parts of the paths of the files that are written: they become columns of rows that are read from them. */
  readonly partitionFormat?: string | undefined;
}

/** How an output is uploaded. */
export interface UploadOutputOptions {
  /** Of files that are there: an output of a run is always its own, so it is without effect here. */
  readonly overwrite?: boolean | undefined;
  /** Only files that match become part of the output, relative to the source. Default: all. */
  readonly sourceGlobs?: readonly string[] | undefined;
}

/** What an output is registered as. */
export interface RegisterOnCompleteOptions {
  /** The name of the data asset. */
  readonly name: string;
  /** For people. */
  readonly description?: string | undefined;
  /** For people and filters. Default: none. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** How rows of an output are read. */
export interface ReadDelimitedOptions extends DelimitedOptions {
  /** Only files that match, relative to the folder. Default: all. */
  readonly pathGlob?: string | undefined;
}

/** How rows of an output of Parquet files are read. */
export interface ReadParquetOptions extends ParquetOptions {
  /** Only files that match, relative to the folder. Default: all. */
  readonly pathGlob?: string | undefined;
}

const destination = rule<readonly [Datastore, string?] | Datastore>(
  'a datastore and a path in it ([datastore, path])',
  (value) =>
    value instanceof Datastore ||
    (Array.isArray(value) && value[0] instanceof Datastore && (value[1] === undefined || typeof value[1] === 'string')),
);
const OPTIONS = new Options<OutputFileDatasetConfigOptions>('OutputFileDatasetConfig', {
  name: optional(text),
  destination: optional(destination),
  source: optional(nonEmptyText),
  partitionFormat: optional(text),
});
const UPLOAD = new Options<UploadOutputOptions>('asUpload', { overwrite: optional(flag), sourceGlobs: optional(list(nonEmptyText)) });
const REGISTER = new Options<RegisterOnCompleteOptions>('registerOnComplete', {
  name: nonEmptyText,
  description: optional(text),
  tags: optional(record(text)),
});
const READ_DELIMITED = new Options<ReadDelimitedOptions>('readDelimitedFiles', { ...DELIMITED, pathGlob: optional(text) });
const READ_PARQUET = new Options<ReadParquetOptions>('readParquetFiles', { ...PARQUET, pathGlob: optional(text) });

/** The arguments of `asUpload`. */
export type UploadOutputArguments =
  | readonly [options?: UploadOutputOptions]
  | readonly [overwrite: boolean, sourceGlobs?: readonly string[]];
/** The arguments of `registerOnComplete`. */
export type RegisterOnCompleteArguments =
  | readonly [options: RegisterOnCompleteOptions]
  | readonly [name: string, options?: Omit<RegisterOnCompleteOptions, 'name'>]
  | readonly [name: string, description: string | undefined, options?: Pick<RegisterOnCompleteOptions, 'tags'>];

function uploadOf(given: UploadOutputArguments): UploadOutputOptions {
  const options = UPLOAD.judge(arranged(UPLOAD.of, UPLOAD.names, given));
  tellWithoutEffect('asUpload', options, ['overwrite']);
  return options;
}

function registrationOf(given: RegisterOnCompleteArguments): Registration {
  return REGISTER.judge(arranged(REGISTER.of, ['name', 'description'], given));
}

interface Delivery {
  readonly mode: OutputMode;
  readonly registration?: Registration | undefined;
  readonly globs?: readonly string[] | undefined;
  readonly origin: OutputOrigin;
}

/**
 * A folder that a step writes: give it to the step as an argument or an output, and `asInput()` of it to others. Values in Python's
 * order (name, destination, source, partitionFormat), or options.
 *
 * Source: azureml.data.OutputFileDatasetConfig.
 */
export class OutputFileDatasetConfig extends OutputData {
  override readonly datastore: Datastore | undefined;
  override readonly pathOnDatastore: string | undefined;
  readonly #options: OutputFileDatasetConfigOptions;
  #delivery: Delivery;

  /** @throws RequestError for a wrong value, and a name that no output can have. */
  constructor(
    ...given:
      | readonly [options?: OutputFileDatasetConfigOptions]
      | readonly [name: string, options?: Omit<OutputFileDatasetConfigOptions, 'name'>]
      | readonly [
          name: string,
          destination: readonly [Datastore, string?] | Datastore | undefined,
          source?: string,
          partitionFormat?: string,
        ]
  ) {
    super();
    const options = OPTIONS.judge(arranged(OPTIONS.of, OPTIONS.names, given));
    if (options.name !== undefined) checkPortName('output', options.name);
    const [datastore, path] = options.destination instanceof Datastore ? [options.destination] : (options.destination ?? []);
    this.#options = options;
    this.#delivery = { mode: 'rw_mount', origin: { isNamed: options.name !== undefined, name: options.name ?? 'output' } };
    this.datastore = datastore;
    this.pathOnDatastore = path;
  }

  /** As given; else what the step that writes it calls it, once there is one. */
  get name(): string {
    return this.origin.name;
  }

  /** One for all copies that differ only in how they are delivered or registered. */
  get origin(): OutputOrigin {
    return this.#delivery.origin;
  }
  /** How a cloud would take it away. */
  get mode(): OutputMode {
    return this.#delivery.mode;
  }
  /** What it is registered as when its step has completed. */
  get registration(): Registration | undefined {
    return this.#delivery.registration;
  }
  /** What of the step's own files becomes the output. Undefined: what the step writes to the output's path. */
  get source(): OutputSource | undefined {
    const { source: path } = this.#options;
    const { globs } = this.#delivery;
    return path === undefined && globs === undefined ? undefined : { path, globs };
  }

  /** The same output, to be mounted. `disableMetadataCache` is of a cloud's mount, without effect here. */
  asMount({ disableMetadataCache }: { readonly disableMetadataCache?: boolean | undefined } = {}): OutputFileDatasetConfig {
    tellWithoutEffect('asMount', { disableMetadataCache }, ['disableMetadataCache']);
    return this.#with({ mode: 'rw_mount' });
  }
  /** The same output, to be uploaded. Values in Python's order (overwrite, sourceGlobs), or options. */
  asUpload(...given: UploadOutputArguments): OutputFileDatasetConfig {
    return this.#with({ mode: 'upload', globs: uploadOf(given).sourceGlobs });
  }

  /** Registers the folder as a data asset when its step has completed. Values in Python's order (name, description), or options. */
  registerOnComplete(...given: RegisterOnCompleteArguments): OutputFileDatasetConfig {
    return this.#with({ registration: registrationOf(given) });
  }

  /** The files, for a step that reads them. @throws RequestError for a name that is not allowed. */
  asInput(name?: string): DatasetConsumptionConfig {
    return new OutputDataset(this, { inputName: name }).toInput();
  }
  /** The output as another step reads it. */
  override toInput(): DatasetConsumptionConfig {
    return this.asInput();
  }

  /** The files as delimited rows. @throws RequestError for a wrong option. */
  readDelimitedFiles(options: ReadDelimitedOptions = {}): OutputTabularDatasetConfig {
    const { pathGlob = '**/*', ...read } = READ_DELIMITED.judge({ ...this.#partition(), ...options });
    return new OutputTabularDatasetConfig(this, { table: { transformations: delimited(read), pattern: pathGlob } });
  }
  /** The files as rows of Parquet. @throws RequestError for a wrong option. */
  readParquetFiles(options: ReadParquetOptions = {}): OutputTabularDatasetConfig {
    const { pathGlob = '**/*', ...read } = READ_PARQUET.judge({ ...this.#partition(), ...options });
    return new OutputTabularDatasetConfig(this, { table: { transformations: parquet(read), pattern: pathGlob } });
  }

  #partition(): { readonly partitionFormat?: string | undefined } {
    return { partitionFormat: this.#options.partitionFormat };
  }
  #with(changes: Partial<Delivery>): OutputFileDatasetConfig {
    const copy = new OutputFileDatasetConfig(this.#options);
    copy.#delivery = { ...this.#delivery, ...changes };
    return copy;
  }
}

/** Rows of files that a step writes. Give it to that step as an argument or an output, and `asInput()` of it to others. */
export class OutputTabularDatasetConfig extends OutputDataset {
  /** The rows, for a step that reads them. @throws RequestError for a name that is not allowed. */
  asInput(inputName?: string): DatasetConsumptionConfig {
    return new OutputDataset(this.output, { ...this.options, inputName }).toInput();
  }
  /** Without these columns. */
  dropColumns(columns: string | readonly string[]): OutputTabularDatasetConfig {
    return new OutputTabularDatasetConfig(this.output, withTransformation(this.options, { drop_columns: [columns].flat() }));
  }
  /** Only these columns. */
  keepColumns(columns: string | readonly string[]): OutputTabularDatasetConfig {
    return new OutputTabularDatasetConfig(this.output, withTransformation(this.options, { keep_columns: [columns].flat() }));
  }

  /** Registers the folder of the files as a data asset when its step has completed. */
  registerOnComplete(...given: RegisterOnCompleteArguments): OutputTabularDatasetConfig {
    return new OutputTabularDatasetConfig(this.output, { ...this.options, registration: registrationOf(given) });
  }
}
