/** What the settings of a parallel step must be. Each mistake is told by the option's name; all of them at once. */
import type * as z from 'zod';
import { type Problem, RequestError } from '../../../errors/types.ts';
import { FILE_NAME, isFileName } from '../../../language/file-name.ts';
import { resources } from '../../../language/schema/common.ts';
import { parallelKeys, retrySettings } from '../../../language/schema/steps.ts';
import { PipelineParameter } from '../data/pipeline-parameter.ts';
import { shown } from '../invalid.ts';
import { Environment } from './environment.ts';
import type { ParallelRunConfigOptions } from './parallel-run-options.ts';

type Rule = (value: unknown) => boolean;

/** The rule of a key of YAML, where numbers may be text; here they may not. */
const integer =
  (key: z.ZodType): Rule =>
  (value) =>
    Number.isSafeInteger(value) && key.safeParse(value).success;
const isText: Rule = (value) => typeof value === 'string' && value.trim() !== '';
/** In YAML 0 is a size that was not set. */
const isSize: Rule = (value) => parallelKeys.mini_batch_size.safeParse(value).success && Number.parseInt(String(value), 10) > 0;

/** Settings that a parameter may stand for are judged by its default, and by its value at submission. */
const RULES: Readonly<
  Record<string, { readonly rule: Rule; readonly expected: string; readonly required?: boolean; readonly parameter?: boolean }>
> = {
  environment: { rule: (value) => value instanceof Environment, expected: 'an Environment', required: true },
  entryScript: { rule: isText, expected: 'the script with init() and run(mini_batch)', required: true },
  errorThreshold: { rule: integer(parallelKeys.error_threshold), expected: 'an integer from -1 on', required: true },
  outputAction: {
    rule: (value) => /^(append_row|summary_only)$/i.test(String(value)),
    expected: 'append_row or summary_only',
    required: true,
  },
  computeTarget: {
    rule: (value) => isText(value) || (typeof value === 'object' && value !== null && 'name' in value),
    expected: 'the name of a compute',
    required: true,
  },
  nodeCount: { rule: integer(resources.shape.instance_count), expected: 'an integer from 1 on', required: true, parameter: true },
  processCountPerNode: { rule: integer(parallelKeys.max_concurrency_per_instance), expected: 'an integer from 1 on', parameter: true },
  miniBatchSize: { rule: isSize, expected: 'a number of files, or a size such as 10KB, 1MB, 2GB', parameter: true },
  loggingLevel: {
    rule: (value) => parallelKeys.logging_level.safeParse(value).success,
    expected: 'one of DEBUG, INFO, WARNING',
    parameter: true,
  },
  runInvocationTimeout: {
    rule: integer(retrySettings.shape.timeout),
    expected: 'an integer of seconds from 1 up to 259200',
    parameter: true,
  },
  runMaxTry: { rule: (value) => Number.isSafeInteger(value) && Number(value) >= 1, expected: 'an integer from 1 on', parameter: true },
  allowedFailedCount: { rule: integer(parallelKeys.mini_batch_error_threshold), expected: 'an integer from -1 on' },
  allowedFailedPercent: { rule: (value) => typeof value === 'number' && value >= 0 && value <= 100, expected: 'a number from 0 to 100' },
  appendRowFileName: {
    rule: (value) => typeof value === 'string' && isFileName(value),
    expected: FILE_NAME,
  },
};

/** @throws RequestError with everything that is wrong. */
export function checkConfig(options: ParallelRunConfigOptions): void {
  const given: Readonly<Record<string, unknown>> = { ...options };
  const wrong = Object.entries(RULES).flatMap(([name, { required, parameter }]): readonly Problem[] => {
    const value = given[name];
    if (value === undefined || value === null) return required === true ? [problem(name, value)] : [];
    const isParameter = value instanceof PipelineParameter;
    if (isParameter && parameter !== true)
      return [{ code: 'invalid-value', path: name, message: `${name} cannot be a pipeline parameter.` }];
    return settingProblems(name, isParameter ? value.defaultValue : value);
  });
  const problems = [...wrong, ...partitionProblems(options)];
  if (problems.length > 0) throw new RequestError(problems);
}

/** What is wrong with one setting, also with what a submission gave for it: numbers may then come as text. */
export function settingProblems(name: string, value: unknown, textIsNumber = false): readonly Problem[] {
  const rule = RULES[name];
  const judged = textIsNumber && typeof value === 'string' && /^-?\d+$/.test(value) && name !== 'miniBatchSize' ? Number(value) : value;
  return rule === undefined || rule.rule(judged) ? [] : [problem(name, value)];
}

function problem(name: string, value: unknown): Problem {
  return { code: 'invalid-value', path: name, message: `${name} must be ${RULES[name]?.expected ?? 'given'}, found ${shown(value)}.` };
}

function partitionProblems({ partitionKeys, miniBatchSize }: ParallelRunConfigOptions): readonly Problem[] {
  if (partitionKeys === undefined || partitionKeys === null) return [];
  if (miniBatchSize !== undefined && miniBatchSize !== null) {
    return [
      {
        code: 'size-and-keys',
        path: 'partitionKeys',
        message: 'miniBatchSize and partitionKeys are given, and each is a way to cut the input: only one can be used.',
      },
    ];
  }
  const isParameter = partitionKeys instanceof PipelineParameter;
  const keys: unknown = isParameter ? parsedKeys(partitionKeys.defaultValue) : partitionKeys;
  if (Array.isArray(keys) && keys.every((key) => typeof key === 'string')) return [];
  const expected = isParameter ? 'a parameter whose default is the JSON text of a list of texts' : 'a list of texts';
  return [
    {
      code: 'invalid-value',
      path: 'partitionKeys',
      message: `partitionKeys must be ${expected}, found ${shown(isParameter ? partitionKeys.defaultValue : partitionKeys)}.`,
    },
  ];
}

/** The keys in the JSON text of a list; undefined for other text. */
export function parsedKeys(text: unknown): readonly string[] | undefined {
  try {
    const keys: unknown = JSON.parse(String(text));
    return Array.isArray(keys) && keys.every((key) => typeof key === 'string') ? keys : undefined;
  } catch {
    return undefined;
  }
}
