import { RequestError } from '../../errors/types.ts';
import { task } from '../../language/schema/steps.ts';
import { defined, localPath, yamlKeys } from '../document.ts';
import { type Attributes, givenTo, Judged } from '../options/judged.ts';
import { camel, camelKeys, define } from '../options/rules.ts';
import { type Environment, type EnvironmentLike, environmentDocument, environmentRule } from './environment.ts';
import { tellOnce } from './notice.ts';

/** What both kinds of task have. */
export interface TaskCommonOptions {
  /** Folder (or file) of the code, relative to the working directory. The processes run in a copy of it. */
  readonly code?: string | undefined;
  /** Arguments of the script; `${{inputs.x}}` and `${{outputs.x}}` become paths or values. */
  readonly programArguments?: string | undefined;
  /** `${{outputs.x}}`: the returned rows become one file there. Absent: the returns are only counted. */
  readonly appendRowTo?: string | undefined;
  /** What the processes run in. Default: the `python3` of this machine. */
  readonly environment?: EnvironmentLike | undefined;
}

/** A task with an entry script. */
export interface RunFunctionTaskOptions extends TaskCommonOptions {
  /** `function` is an old spelling. Default: `run_function`. */
  readonly type?: 'run_function' | 'function' | undefined;
  /** The script with `init()` and `run(miniBatch)`, relative to `code`. */
  readonly entryScript: string;
  /** Accepted as Azure does; without effect, as the script finds its model by its arguments. */
  readonly model?: string | undefined;
}

/** A task that scores a model without a script. */
export interface ModelTaskOptions extends TaskCommonOptions {
  /** Says that the task is a model. */
  readonly type: 'model';
  /** An MLflow-format model folder or a model file of a known kind: a path, `azureml:name:version` or `${{inputs.x}}`. */
  readonly model: string;
  /** A model needs no script. */
  readonly entryScript?: undefined;
}

/** A task as options. */
export type ParallelTaskOptions = RunFunctionTaskOptions | ModelTaskOptions;

/** What a task has as attributes. */
export interface TaskAttributes extends TaskCommonOptions {
  /** `run_function` or `model`. Default: `run_function`. */
  readonly type?: 'run_function' | 'function' | 'model' | undefined;
  /** The script with `init()` and `run(miniBatch)`, relative to `code`. */
  readonly entryScript?: string | undefined;
  /** With `type: 'model'`: the model that is scored. */
  readonly model?: string | undefined;
}

/** The attributes of a task under their YAML keys. */
export type TaskKey = 'type' | 'code' | 'entry_script' | 'program_arguments' | 'model' | 'append_row_to' | 'environment';

/** What a task has under a YAML key; undefined where it was not given. */
export type TaskValue = string | Environment | EnvironmentLike | undefined;

/** @internal */
export const taskRules = define<TaskAttributes>('ParallelTask', 'task')({ ...camelKeys(task.shape), environment: environmentRule });

const KEYS: readonly TaskKey[] = ['type', 'code', 'entry_script', 'program_arguments', 'model', 'append_row_to', 'environment'];

/**
 * What runs on each mini-batch: an entry script (`run_function`) or a model that is scored without one (`model`). Its attributes
 * can be set, and it is a mapping, whose keys are spelled as in YAML.
 * @throws RequestError for a name that is not there or a value that is not allowed, also where an attribute is set.
 */
export class ParallelTask extends Judged<TaskAttributes> {
  /** @param options Default: a task whose attributes are still to be set. */
  constructor(options: ParallelTaskOptions | Readonly<Record<never, never>> = {}) {
    super(taskRules, typeof options === 'object' && options !== null ? { type: 'run_function', ...options } : options);
  }

  /** What stands under the YAML key; undefined where it was not given. For a key that no task has: the fallback. */
  get(key: TaskKey | (string & {}), fallback?: TaskValue): TaskValue {
    return this.hasKey(key) ? valueUnder(this, key) : fallback;
  }
  /** Whether tasks have this YAML key; that it was given is not asked. */
  hasKey(key: TaskKey | (string & {})): key is TaskKey {
    return KEYS.some((one) => one === key);
  }
  /** The YAML keys that tasks have. */
  keys(): TaskKey[] {
    return [...KEYS];
  }
  /** What stands under each key, in the order of `keys()`. */
  values(): TaskValue[] {
    return KEYS.map((key) => valueUnder(this, key));
  }
  /** Keys with what stands under them. */
  items(): [TaskKey, TaskValue][] {
    return KEYS.map((key) => [key, valueUnder(this, key)]);
  }
  /** Sets several values at once, by YAML keys; either all of them are taken or none. @throws RequestError for what is wrong. */
  update(values: Readonly<Partial<Record<TaskKey, TaskValue>>>): void {
    const changes = Object.entries(values).map(([key, value]) => [this.hasKey(key) ? camel(key) : key, value] as const);
    const { type, ...others } = { ...givenTo(this), ...defined(Object.fromEntries(changes)) };
    new ParallelTask({ type, ...others } as ParallelTaskOptions);
    Object.assign(this, Object.fromEntries(changes));
  }
}
export interface ParallelTask extends Attributes<TaskAttributes> {}

function valueUnder(owner: ParallelTask, key: TaskKey): TaskValue {
  return Reflect.get(owner, camel(key));
}

/** @internal */
export function taskDocument(given: ParallelTask | ParallelTaskOptions): Record<string, unknown> {
  const { code, model, environment, type = 'run_function', ...others } = given instanceof ParallelTask ? givenTo(given) : given;
  if (model !== undefined && type !== 'model') tellOnce('task.model with an entry script');
  return defined({
    type,
    ...yamlKeys(others),
    code: code === undefined ? undefined : localPath(code),
    model: model === undefined ? undefined : localPath(model),
    environment: environment === undefined ? undefined : environmentDocument(environment),
  });
}

/** @throws RequestError when the script is missing that only a model does without. @internal */
export function requireScript(options: unknown): void {
  if (Object(options).entryScript === undefined) {
    throw new RequestError({
      code: 'missing-key',
      path: 'task.entryScript',
      message: 'The key "entryScript" is required: expected the script with init() and run(miniBatch), found nothing.',
    });
  }
}
