/** What the settings of a parallel step must be. Each mistake is told by the option's name; all of them at once. */
import type * as z from 'zod';
import type { Problem } from '../../../errors/types.ts';
import { FILE_NAME, isFileName } from '../../../language/file-name.ts';
import { resources } from '../../../language/schema/common.ts';
import { parallelKeys, retrySettings } from '../../../language/schema/steps.ts';
import { PipelineParameter, parameterized } from '../data/pipeline-parameter.ts';
import { shown } from '../invalid.ts';
import { Options } from '../options/judge.ts';
import {
  instance,
  judgedLater,
  literal,
  named,
  nonEmptyText,
  oneOfAnyCase,
  optional,
  type Rule,
  record,
  rule,
  text,
  whole,
} from '../options/rules.ts';
import { computeTarget } from './compute-target.ts';
import { Environment } from './environment.ts';
import type { ParallelRunConfigOptions } from './parallel-run-options.ts';

/** The rule of a key of YAML, where numbers may be text; here they may not. */
function integer(expected: string, key: z.ZodType): Rule<number> {
  return rule(expected, (value) => Number.isSafeInteger(value) && key.safeParse(value).success);
}

/** In YAML 0 is a size that was not set. */
const size = rule<string | number>(
  'a number of files, or for a table a size such as 10KB, 1MB, 2GB or 100 rows',
  (value) => parallelKeys.mini_batch_size.safeParse(value).success && Number.parseInt(String(value), 10) > 0,
);

const loggingLevel = rule<string>('one of DEBUG, INFO, WARNING', (value) => parallelKeys.logging_level.safeParse(value).success);

export const CONFIG = new Options<ParallelRunConfigOptions>(
  'ParallelRunConfig',
  {
    environment: instance(Environment, 'an Environment'),
    entryScript: named('the script with init() and run(mini_batch)', nonEmptyText),
    errorThreshold: integer('an integer from -1 on', parallelKeys.error_threshold),
    outputAction: oneOfAnyCase('append_row', 'summary_only'),
    computeTarget,
    nodeCount: parameterized(integer('an integer from 1 on', resources.shape.instance_count)),
    processCountPerNode: optional(parameterized(integer('an integer from 1 on', parallelKeys.max_concurrency_per_instance))),
    miniBatchSize: optional(parameterized(size)),
    partitionKeys: { ...optional(judgedLater<readonly string[] | PipelineParameter>()), parameter: true },
    sourceDirectory: optional(named('the folder of the script', nonEmptyText)),
    description: optional(text),
    loggingLevel: optional(parameterized(loggingLevel)),
    runInvocationTimeout: optional(parameterized(integer('an integer of seconds from 1 up to 259200', retrySettings.shape.timeout))),
    runMaxTry: optional(parameterized(whole(1))),
    appendRowFileName: optional(rule<string>(FILE_NAME, (value) => typeof value === 'string' && isFileName(value))),
    allowedFailedCount: optional(integer('an integer from -1 on', parallelKeys.mini_batch_error_threshold)),
    allowedFailedPercent: optional(
      rule<number>('a number from 0 to 100', (value) => typeof value === 'number' && value >= 0 && value <= 100),
    ),
    environmentVariables: optional(record(literal)),
  },
  partitionProblems,
);

/** What is wrong with what a submission gave for a setting: numbers may then come as text. */
export function settingProblems(name: keyof ParallelRunConfigOptions, value: unknown, textIsNumber = false): readonly Problem[] {
  const isNumber = textIsNumber && typeof value === 'string' && /^-?\d+$/.test(value) && name !== 'miniBatchSize';
  const problems = CONFIG.problemsOf(name, isNumber ? Number(value) : value);
  return problems.map((problem) => ({ ...problem, message: problem.message.replace(/found .*\.$/, `found ${shown(value)}.`) }));
}

function partitionProblems({ partitionKeys, miniBatchSize }: ParallelRunConfigOptions): readonly Problem[] {
  if (partitionKeys === undefined) return [];
  if (miniBatchSize !== undefined) {
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
