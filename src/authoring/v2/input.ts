import * as z from 'zod';
import { INPUT_MODES, inputPort } from '../../language/schema/common.ts';
import { choiceInAnyCase, nonEmpty, text } from '../../language/schema/fields.ts';
import type { DataType, InputMode, Literal, PrimitiveType } from '../../language/types.ts';
import { defined, localPath } from '../document.ts';
import { type Attributes, Judged } from '../options/judged.ts';
import { camelKeys, define } from '../options/rules.ts';

/** Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.input */
export interface InputOptions {
  /** What it is: data (`uri_file`, `uri_folder`, `mltable`, a kind of model) or a literal (`string`, `number`, `integer`, `boolean`). Default: `uri_folder`. */
  readonly type?: DataType | PrimitiveType | undefined;
  /** A local path (relative to the working directory), `azureml:name:version`, `azureml:name@latest` or a URI. Without it the input is only declared. */
  readonly path?: string | undefined;
  /** How the data comes to the script, where it is not on this machine. Default: as it is needed. */
  readonly mode?: InputMode | undefined;
  /** `table`: the files of a folder are one table, whose rows are split. Not of Azure. */
  readonly read?: 'table' | undefined;
  /** Cloud only: where the data is to appear. */
  readonly pathOnCompute?: string | undefined;
  /** What it is for. */
  readonly description?: string | undefined;
  /** It need not be given. Default: false. */
  readonly optional?: boolean | undefined;
  /** What a literal is when it is not given. */
  readonly default?: Literal | undefined;
  /** The smallest value allowed, for numbers. */
  readonly min?: number | undefined;
  /** The largest value allowed, for numbers. */
  readonly max?: number | undefined;
  /** The only values allowed, for literals. */
  readonly enum?: readonly Literal[] | undefined;
  /** Cloud only: where a local path would be uploaded to. */
  readonly datastore?: string | undefined;
}

const port = camelKeys(inputPort.shape);

/** @internal */
export const inputRules = define<InputOptions>(
  'Input',
  'input',
)({
  ...port,
  path: nonEmpty(''),
  mode: choiceInAnyCase('', INPUT_MODES),
  pathOnCompute: text(''),
  datastore: text(''),
});

/**
 * An input: what a component declares, or the data that a job is given, or both. Its attributes can be set.
 * @throws RequestError for a name that is not there or a value that is not allowed, also where an attribute is set.
 */
export class Input extends Judged<InputOptions> {
  /** @param options Default: a folder that is only declared. */
  constructor(options: InputOptions = {}) {
    super(inputRules, options);
  }
}
export interface Input extends Attributes<InputOptions> {}

/** As a component declares it. @internal */
export function portDocument(input: InputOptions): Record<string, unknown> {
  const { type = 'uri_folder', mode, read, description, optional, default: value, min, max, enum: only } = input;
  return defined({ type, mode, read, description, optional, default: value, min, max, enum: only });
}

/** As a job gives it; undefined for an input that is only declared. @internal */
export function dataDocument(input: InputOptions): Record<string, unknown> | undefined {
  const { type, path, mode, read, pathOnCompute, datastore } = input;
  return path === undefined ? undefined : defined({ type, path: localPath(path), mode, read, path_on_compute: pathOnCompute, datastore });
}

/** An input that is declared: by its options, or by a literal that is its value and says its type. @internal */
export const declaredInput = z.union([inputRules.schema, z.string(), z.number(), z.boolean()], {
  error: () => 'an Input, its options, or a literal (text, number, boolean)',
});
