/** The settings of a parallel step, with the values that a submission gives its parameters. */
import { RequestError } from '../../../errors/types.ts';
import { DEFAULT_SIZE, type MiniBatchSize, parseMiniBatchSize } from '../../../language/mini-batch-size.ts';
import type { Literal, LoggingLevel, ParallelSettings } from '../../../language/types.ts';
import { parsedKeys, settingProblems } from '../config-rules.ts';
import { invalid } from '../invalid.ts';
import type { ParallelRunConfig } from '../parallel-run-config.ts';
import { type Parameterized, PipelineParameter } from '../pipeline-parameter.ts';
import type { StepBindings } from './step-bindings.ts';

export interface ParallelScale {
  readonly settings: Omit<ParallelSettings, 'inputData' | 'predefined'>;
  readonly nodeCount: number;
}

/** @throws RequestError for a parameter's value that the setting cannot have. */
export function parallelSettings(config: ParallelRunConfig, bindings: StepBindings): ParallelScale {
  const value = (name: string, given: Parameterized<string> | Parameterized<number>): Literal => {
    const found = bindings.literal<string | number>(given);
    const problems = settingProblems(name, found, given instanceof PipelineParameter);
    if (problems.length > 0) throw new RequestError(problems);
    return found;
  };
  const number = (name: string, given: Parameterized<number>): number => Number(value(name, given));
  const { miniBatchSize, processCountPerNode } = config;
  return {
    nodeCount: number('nodeCount', config.nodeCount),
    settings: {
      miniBatchSize: (miniBatchSize === undefined ? undefined : sizeOf(value('miniBatchSize', miniBatchSize))) ?? DEFAULT_SIZE,
      ...(processCountPerNode === undefined ? {} : { maxConcurrencyPerInstance: number('processCountPerNode', processCountPerNode) }),
      partitionKeys: partitionKeys(config, bindings),
      errorThreshold: config.errorThreshold,
      miniBatchErrorThreshold: config.allowedFailedCount ?? -1,
      allowedFailedPercent: config.allowedFailedPercent ?? 100,
      maxRetries: number('runMaxTry', config.runMaxTry) - 1,
      timeout: number('runInvocationTimeout', config.runInvocationTimeout),
      loggingLevel: level(String(value('loggingLevel', config.loggingLevel))),
      ...(config.appendRowFileName === undefined || !config.appendsRows ? {} : { appendRowFileName: config.appendRowFileName }),
    },
  };
}

function sizeOf(given: Literal): MiniBatchSize | undefined {
  return parseMiniBatchSize(String(given));
}

function partitionKeys({ partitionKeys: given }: ParallelRunConfig, bindings: StepBindings): readonly string[] {
  if (!(given instanceof PipelineParameter)) return given ?? [];
  const text = bindings.literal(given);
  const keys = parsedKeys(text);
  if (keys === undefined)
    throw invalid('partitionKeys', `partitionKeys must be the JSON text of a list of texts, found ${JSON.stringify(text)}.`);
  return keys;
}

function level(text: string): LoggingLevel {
  return text === 'DEBUG' || text === 'WARNING' ? text : 'INFO';
}
