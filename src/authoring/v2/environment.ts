import * as z from 'zod';
import { environmentObject } from '../../language/schema/common.ts';
import { nonEmpty, strict, text } from '../../language/schema/fields.ts';
import { localPath, yamlKeys } from '../document.ts';
import { type Attributes, Judged } from '../options/judged.ts';
import { camelKeys, define } from '../options/rules.ts';

/** A folder that an image is built from. Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.entities.buildcontext */
export interface BuildContextOptions {
  /** The folder with the Dockerfile, relative to the working directory. */
  readonly path: string;
  /** The Dockerfile inside it. Default: `Dockerfile`. */
  readonly dockerfilePath?: string | undefined;
}

/** Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.entities.environment */
export interface EnvironmentOptions {
  /** Its name; needed to register it. */
  readonly name?: string | undefined;
  /** Its version. Default, when it is registered: the next number. */
  readonly version?: string | undefined;
  /** A container image. */
  readonly image?: string | undefined;
  /** The conda specification: a path (relative to the working directory), or the specification itself. */
  readonly condaFile?: string | Readonly<Record<string, unknown>> | undefined;
  /** Build the image from a folder. */
  readonly build?: BuildContextOptions | undefined;
  /** What it is. */
  readonly description?: string | undefined;
  /** Tags, by name. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Cloud only. */
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
  /** Cloud only: where the files would be uploaded to. */
  readonly datastore?: string | undefined;
}

const { name, version, image, conda_file, description, tags, properties, datastore } = environmentObject.shape;

/** @internal */
export const environmentRules = define<EnvironmentOptions>(
  'Environment',
  'environment',
)({
  ...camelKeys({ name, version, image, conda_file, description, tags, properties, datastore }),
  build: strict({ path: nonEmpty(''), dockerfilePath: text('').optional() }),
});

/**
 * What the processes of a step run in. Its attributes can be set.
 * @throws RequestError for a name that is not there or a value that is not allowed, also where an attribute is set.
 */
export class Environment extends Judged<EnvironmentOptions> {
  /** @param options at least one of `image`, `condaFile`, `build`, where it is to be more than a name. */
  constructor(options: EnvironmentOptions) {
    super(environmentRules, options);
  }
}
export interface Environment extends Attributes<EnvironmentOptions> {}

/** An environment, or the name of a registered one (`azureml:name:version`). */
export type EnvironmentLike = Environment | EnvironmentOptions | string;

/** @internal */
export const environmentRule = z.union([nonEmpty(''), environmentRules.schema], {
  error: () => 'an Environment, its options, or `azureml:name:version`',
});

/** @internal */
export function environmentDocument(environment: EnvironmentLike): string | Record<string, unknown> {
  if (typeof environment === 'string') return environment;
  const { build, condaFile, ...rest } = environment;
  return {
    ...yamlKeys(rest),
    ...(condaFile !== undefined && { conda_file: typeof condaFile === 'string' ? localPath(condaFile) : condaFile }),
    ...(build !== undefined && { build: { ...yamlKeys(build), path: localPath(build.path) } }),
  };
}
