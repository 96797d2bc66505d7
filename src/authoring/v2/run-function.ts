import { ParallelTask, type RunFunctionTaskOptions } from './parallel-task.ts';

export type RunFunctionOptions = Omit<RunFunctionTaskOptions, 'type' | 'model'>;

/** The task of an entry script. @throws RequestError for a wrong value. */
export class RunFunction extends ParallelTask {
  constructor(options: RunFunctionOptions) {
    super({ ...options, type: 'run_function' });
  }
}
