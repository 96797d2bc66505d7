import { join } from 'node:path';
import { checkPortName } from '../names.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { flag, oneOf, optional, rule, text } from '../options/rules.ts';
import { tellWithoutEffect } from '../options/without-effect.ts';
import { DatasetConsumptionConfig } from './consumption.ts';
import type { FilesDescription } from './descriptions.ts';
import { InputSource } from './input-source.ts';
import { fileOrFolder, placeIn } from './place-in.ts';

/** A place that data is in, by a name. */
export interface DatastorePlace {
  /** What paths name it by. */
  readonly name: string;
  /** Absolute, or an address. */
  readonly path: string;
}

/** What a DataReference is made from. */
export interface DataReferenceOptions {
  /** Where the data is. */
  readonly datastore: DatastorePlace;
  /** The input's name. Default: the last part of the path, else the datastore's name. */
  readonly dataReferenceName?: string | undefined;
  /** A folder or a file in the datastore. Default: all of it. */
  readonly pathOnDatastore?: string | undefined;
  /** Default: `mount`. */
  readonly mode?: 'mount' | 'download' | 'upload' | undefined;
  /** Where a cloud would put the files: without effect here, where they are read in their place. */
  readonly pathOnCompute?: string | undefined;
  /** Of files that a cloud would put there: without effect here. */
  readonly overwrite?: boolean | undefined;
}

const place = rule<DatastorePlace>(
  'a Datastore',
  (value) => typeof value === 'object' && value !== null && 'path' in value && 'name' in value,
);

const OPTIONS = new Options<DataReferenceOptions>('DataReference', {
  datastore: place,
  dataReferenceName: optional(text),
  pathOnDatastore: optional(text),
  mode: optional(oneOf('mount', 'download', 'upload')),
  pathOnCompute: optional(text),
  overwrite: optional(flag),
});

/**
 * Files in a datastore as an input of a step, and as an argument: their path. Values in Python's order, or options.
 *
 * Source: azureml.data.data_reference.DataReference.
 */
export class DataReference extends InputSource {
  /** Where the data is. */
  readonly datastore: DatastorePlace;
  /** The input's name. */
  readonly dataReferenceName: string;
  /** In the datastore; undefined: all of it. */
  readonly pathOnDatastore: string | undefined;
  /** How a cloud would deliver it. */
  readonly mode: 'mount' | 'download' | 'upload';
  readonly #files: FilesDescription;

  /** @throws RequestError for a wrong value, and a name that no input can have. */
  constructor(
    ...given:
      | readonly [options: DataReferenceOptions]
      | readonly [datastore: DatastorePlace, options?: Omit<DataReferenceOptions, 'datastore'>]
      | readonly [
          datastore: DatastorePlace,
          dataReferenceName: string | undefined,
          pathOnDatastore?: string,
          mode?: 'mount' | 'download' | 'upload',
        ]
  ) {
    super();
    const options = OPTIONS.judge(arranged('DataReference', Object.keys(OPTIONS.shape), given));
    const { datastore, pathOnDatastore } = options;
    this.datastore = datastore;
    this.pathOnDatastore = pathOnDatastore;
    this.dataReferenceName = options.dataReferenceName ?? nameIn(pathOnDatastore, datastore.name);
    this.mode = options.mode ?? 'mount';
    checkPortName('data reference', this.dataReferenceName);
    tellWithoutEffect('DataReference', options, ['pathOnCompute', 'overwrite']);
    const paths = [fileOrFolder(placeIn(datastore.path, pathOnDatastore))];
    this.#files = { kind: 'files', source: { kind: 'paths', paths }, partitionFormat: undefined };
  }

  /** A folder or a file below this one. */
  path(path?: string, dataReferenceName?: string): DataReference {
    const below = path === undefined || path === '.' ? this.pathOnDatastore : join(this.pathOnDatastore ?? '', path);
    return new DataReference({ datastore: this.datastore, pathOnDatastore: below, dataReferenceName });
  }
  /** The same, to be mounted: here it is read where it is. */
  asMount(): DataReference {
    return this.#in('mount');
  }
  /** The same, to be downloaded: here it is read where it is. */
  asDownload(): DataReference {
    return this.#in('download');
  }
  /** The same, to be written to: a step that gets its path may write there. */
  asUpload(): DataReference {
    return this.#in('upload');
  }

  /** The data as a step reads it. */
  override toInput(): DatasetConsumptionConfig {
    return new DatasetConsumptionConfig(this.dataReferenceName, this.#files, { mode: this.mode === 'upload' ? 'direct' : this.mode });
  }

  #in(mode: 'mount' | 'download' | 'upload'): DataReference {
    const { datastore, dataReferenceName, pathOnDatastore } = this;
    return new DataReference({ datastore, dataReferenceName, pathOnDatastore, mode });
  }
}

function nameIn(path: string | undefined, datastore: string): string {
  const last = (path ?? '').split('/').findLast((part) => part !== '' && part !== '.');
  return (last ?? datastore).replace(/\W/g, '_').replace(/^(?=\d)/, '_');
}
