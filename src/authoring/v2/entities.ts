/** What is registered by name: data and models. */
import { dataAsset, modelAsset } from '../../language/schema/assets.ts';
import type { DataType } from '../../language/types.ts';
import { type Attributes, Judged } from '../options/judged.ts';
import { camelKeys, define } from '../options/rules.ts';

/** Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.entities.data */
export interface DataOptions {
  /** Its name. */
  readonly name: string;
  /** Default: the next number. */
  readonly version?: string | number | undefined;
  /** What the path leads to. Default: `uri_folder` for data, `custom_model` for models. */
  readonly type?: DataType | undefined;
  /** A local path, relative to the working directory, or a URI. */
  readonly path: string;
  /** What it is. */
  readonly description?: string | undefined;
  /** Tags, by name. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Cloud only. */
  readonly properties?: Readonly<Record<string, string>> | undefined;
}

/** Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.entities.model */
export interface ModelOptions extends DataOptions {
  /** Cloud only: how the model can be loaded. */
  readonly flavors?: Readonly<Record<string, unknown>> | undefined;
  /** Cloud only. */
  readonly stage?: string | undefined;
}

const { name, version, type, path, description, tags, properties } = dataAsset.shape;
const assetRules = camelKeys({ name, version, type, path, description, tags, properties });
const { flavors, stage } = modelAsset.shape;

/** @internal */
export const dataRules = define<DataOptions>('Data', 'data')(assetRules);
/** @internal */
export const modelRules = define<ModelOptions>('Model', 'model')({ ...assetRules, ...camelKeys({ flavors, stage }) });

/** Data to be registered under a name. Its attributes can be set. @throws RequestError for a wrong name or value. */
export class Data extends Judged<DataOptions> {
  /** @param options `name` and `path` are needed. */
  constructor(options: DataOptions) {
    super(dataRules, options);
  }
}
export interface Data extends Attributes<DataOptions> {}

/** A model to be registered under a name. Its attributes can be set. @throws RequestError for a wrong name or value. */
export class Model extends Judged<ModelOptions> {
  /** @param options `name` and `path` are needed. */
  constructor(options: ModelOptions) {
    super(modelRules, options);
  }
}
export interface Model extends Attributes<ModelOptions> {}
