import { task } from '../../language/schema/steps.ts';
import { defined, localPath, yamlKeys } from '../document.ts';
import { type EnvironmentLike, environmentDocument } from './environment.ts';
import { judgePart } from './judge.ts';

interface TaskCommon {
  /** Arguments of the script; `${{inputs.x}}` and `${{outputs.x}}` become paths or values. */
  readonly programArguments?: string | undefined;
  /** `${{outputs.x}}`: the returned rows become one file there. Absent: the returns are only counted. */
  readonly appendRowTo?: string | undefined;
  readonly environment?: EnvironmentLike | undefined;
}

export interface RunFunctionTaskOptions extends TaskCommon {
  /** `function` is an old spelling. */
  readonly type?: 'run_function' | 'function' | undefined;
  /** Folder (or file) of the code, relative to the working directory. */
  readonly code?: string | undefined;
  /** The script with `init()` and `run(miniBatch)`, relative to `code`. */
  readonly entryScript: string;
  readonly model?: undefined;
}

export interface ModelTaskOptions extends TaskCommon {
  readonly type: 'model';
  /** An MLflow-format model folder or a model file of a known kind: a path, `azureml:name:version` or `${{inputs.x}}`. */
  readonly model: string;
  readonly code?: string | undefined;
  readonly entryScript?: undefined;
}

export type ParallelTaskOptions = RunFunctionTaskOptions | ModelTaskOptions;

/** The values of a task under their YAML keys. */
export type TaskKey = 'type' | 'code' | 'entry_script' | 'program_arguments' | 'model' | 'append_row_to' | 'environment';

/**
 * What runs on each mini-batch: an entry script (`run_function`) or a model that is scored without one (`model`). It is also a
 * mapping, whose keys are spelled as in YAML. @throws RequestError for a wrong value, also from `update`.
 */
export class ParallelTask {
  #values: Readonly<Record<string, unknown>>;

  constructor(options: ParallelTaskOptions) {
    this.#values = judged({ type: 'run_function', ...yamlKeys(options) });
  }

  get type(): 'run_function' | 'function' | 'model' {
    const { type } = this.#values;
    return type === 'model' || type === 'function' ? type : 'run_function';
  }
  get code(): string | undefined {
    return this.#text('code');
  }
  get entryScript(): string | undefined {
    return this.#text('entry_script');
  }
  get programArguments(): string | undefined {
    return this.#text('program_arguments');
  }
  get model(): string | undefined {
    return this.#text('model');
  }
  get appendRowTo(): string | undefined {
    return this.#text('append_row_to');
  }
  get environment(): unknown {
    return this.#values.environment;
  }

  get(key: TaskKey | (string & {}), fallback?: unknown): unknown {
    return this.hasKey(key) ? this.#values[key] : fallback;
  }
  hasKey(key: TaskKey | (string & {})): boolean {
    return Object.hasOwn(this.#values, key);
  }
  keys(): string[] {
    return Object.keys(this.#values);
  }
  values(): unknown[] {
    return Object.values(this.#values);
  }
  items(): [string, unknown][] {
    return Object.entries(this.#values);
  }
  /** Sets several values at once; either all of them are taken or none. */
  update(values: Readonly<Partial<Record<TaskKey, unknown>>>): void {
    this.#values = judged({ ...this.#values, ...defined(values) });
  }

  #text(key: TaskKey): string | undefined {
    const value = this.#values[key];
    return typeof value === 'string' ? value : undefined;
  }
}

function judged(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  judgePart('task', task, documentOf(values));
  return values;
}

export function taskDocument(given: ParallelTask | ParallelTaskOptions): Record<string, unknown> {
  return documentOf(Object.fromEntries((given instanceof ParallelTask ? given : new ParallelTask(given)).items()));
}

function documentOf(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { code, model, environment } = values;
  return {
    ...values,
    ...(typeof code === 'string' && { code: localPath(code) }),
    ...(typeof model === 'string' && { model: localPath(model) }),
    ...(isEnvironment(environment) && { environment: environmentDocument(environment) }),
  };
}

function isEnvironment(value: unknown): value is EnvironmentLike {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}
