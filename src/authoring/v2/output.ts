import { outputValue } from '../../language/schema/common.ts';
import type { DataType, OutputMode } from '../../language/types.ts';
import { defined, localPath, yamlKeys } from '../document.ts';
import { judgePart } from './judge.ts';

export interface OutputOptions {
  /** What is written. Default: `uri_folder`. */
  readonly type?: DataType | undefined;
  /** Where it goes: `azureml://datastores/NAME/paths/…` (may hold `${{name}}`, `${{default_datastore}}`) or a local path. Default: a folder of the job. */
  readonly path?: string | undefined;
  readonly mode?: OutputMode | undefined;
  /** Register the finished output as a data asset under this name. */
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  readonly description?: string | undefined;
}

/** An output: what a component declares, or where a job writes it, or both. @throws RequestError for a wrong value. */
export class Output implements OutputOptions {
  declare readonly type?: DataType;
  declare readonly path?: string;
  declare readonly mode?: OutputMode;
  declare readonly name?: string;
  declare readonly version?: string;
  declare readonly description?: string;

  constructor(options: OutputOptions = {}) {
    Object.assign(this, defined({ ...options }));
    judgePart('output', outputValue, yamlKeys(this));
  }
}

/** As a component declares it. */
export function outputPortDocument(output: OutputOptions): Record<string, unknown> {
  return defined({ type: output.type ?? 'uri_folder', description: output.description, mode: output.mode });
}

/** As a job or a step writes it. */
export function outputDocument(output: OutputOptions): Record<string, unknown> {
  const { path, ...rest } = yamlKeys(output);
  return { ...rest, ...(typeof path === 'string' ? { path: localPath(path) } : {}) };
}
