import { ParallelTask, type RunFunctionTaskOptions, requireScript } from './parallel-task.ts';

/** Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.parallel.runfunction */
export type RunFunctionOptions = Omit<RunFunctionTaskOptions, 'type'>;

/**
 * The task of an entry script.
 * @throws RequestError for a name that is not there or a value that is not allowed, also where an attribute is set.
 */
export class RunFunction extends ParallelTask {
  /** @param options `entryScript` is needed. */
  constructor(options: RunFunctionOptions) {
    super(typeof options === 'object' && options !== null ? { ...options, type: 'run_function' } : options);
    requireScript(options);
  }
}
