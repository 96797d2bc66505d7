import { DATA_TYPES, OUTPUT_MODES } from '../../language/schema/common.ts';
import { choiceInAnyCase, flag, mapping, nonEmpty, text, version } from '../../language/schema/fields.ts';
import type { DataType, OutputMode } from '../../language/types.ts';
import { defined, localPath } from '../document.ts';
import { type Attributes, Judged } from '../options/judged.ts';
import { define } from '../options/rules.ts';

/** Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.output */
export interface OutputOptions {
  /** What is written. Default: `uri_folder`. */
  readonly type?: DataType | undefined;
  /** Where it goes: `azureml://datastores/NAME/paths/…` (may hold `${{name}}`, `${{default_datastore}}`) or a local path. Default: a folder of the job. */
  readonly path?: string | undefined;
  /** How a cloud would take the data away. Default: `rw_mount`; on this machine it is written where it goes. */
  readonly mode?: OutputMode | undefined;
  /** Register the finished output as a data asset under this name. */
  readonly name?: string | undefined;
  /** The version to register it under. Default: the next number. */
  readonly version?: string | undefined;
  /** What it is. */
  readonly description?: string | undefined;
  /** Cloud only: the output can be read before the step has ended. */
  readonly earlyAvailable?: boolean | undefined;
}

/** @internal */
export const outputRules = define<OutputOptions>(
  'Output',
  'output',
)({
  type: choiceInAnyCase('', DATA_TYPES),
  path: text(''),
  mode: choiceInAnyCase('', OUTPUT_MODES),
  name: nonEmpty(''),
  version: version(''),
  description: text(''),
  earlyAvailable: flag(''),
});

/**
 * An output: what a component declares, or where a job writes it, or both. Its attributes can be set.
 * @throws RequestError for a name that is not there or a value that is not allowed, also where an attribute is set.
 */
export class Output extends Judged<OutputOptions> {
  /** @param options Default: a folder of the job. */
  constructor(options: OutputOptions = {}) {
    super(outputRules, options);
  }
}
export interface Output extends Attributes<OutputOptions> {}

/** As a component declares it. @internal */
export function outputPortDocument(output: OutputOptions): Record<string, unknown> {
  return defined({ type: output.type ?? 'uri_folder', description: output.description, mode: output.mode });
}

/** As a job or a step writes it. @internal */
export function outputDocument({ type, path, mode, name, version: own, description }: OutputOptions): Record<string, unknown> {
  return defined({ type, path: path === undefined ? undefined : localPath(path), mode, name, version: own, description });
}

/** Outputs by name. @internal */
export const outputsRule = mapping('', outputRules.schema);
