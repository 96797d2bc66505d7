import { environmentObject } from '../../language/schema/common.ts';
import { defined, localPath, yamlKeys } from '../document.ts';
import { judgePart } from './judge.ts';

export interface EnvironmentOptions {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  /** A container image. */
  readonly image?: string | undefined;
  /** The conda specification: a path (relative to the working directory), or the specification itself. */
  readonly condaFile?: string | Readonly<Record<string, unknown>> | undefined;
  /** Build the image from a folder. */
  readonly build?: { readonly path: string; readonly dockerfilePath?: string | undefined } | undefined;
  readonly description?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** What the processes of a step run in. @throws RequestError for a wrong value. */
export class Environment implements EnvironmentOptions {
  declare readonly name?: string;
  declare readonly version?: string;
  declare readonly image?: string;
  declare readonly condaFile?: string | Readonly<Record<string, unknown>>;
  declare readonly build?: { readonly path: string; readonly dockerfilePath?: string };
  declare readonly description?: string;
  declare readonly tags?: Readonly<Record<string, string>>;

  constructor(options: EnvironmentOptions) {
    Object.assign(this, defined({ ...options }));
    judgePart('environment', environmentObject, environmentDocument(this));
  }
}

/** An environment, or the name of a registered one (`azureml:name:version`). */
export type EnvironmentLike = EnvironmentOptions | string;

export function environmentDocument(environment: EnvironmentLike): string | Record<string, unknown> {
  if (typeof environment === 'string') return environment;
  const { build, ...rest } = environment;
  return {
    ...yamlKeys(rest),
    ...(typeof rest.condaFile === 'string' ? { conda_file: localPath(rest.condaFile) } : {}),
    ...(build !== undefined && { build: { ...yamlKeys(build), path: localPath(build.path) } }),
  };
}
