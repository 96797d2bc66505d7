/** Settings of a step as it reads them: its own, else those of its component. */
import { isRecord } from '../../language/check.ts';
import { givenTo, Judged } from '../options/judged.ts';
import type { Definition } from '../options/rules.ts';
import type { AnyWorkOptions } from './component-shape.ts';
import { Environment, type EnvironmentOptions } from './environment.ts';
import { ParallelTask, type ParallelTaskOptions } from './parallel-task.ts';
import { RetrySettings, type RetrySettingsOptions } from './retry-settings.ts';
import { PipelineJobSettings, type PipelineSettingsOptions } from './settings.ts';

/** Settings that are objects with attributes of their own. */
const MADE: { readonly [K in keyof AnyWorkOptions]?: (options: never) => Judged<object> } = {
  task: (options: ParallelTaskOptions) => new ParallelTask(options),
  retrySettings: (options: RetrySettingsOptions) => new RetrySettings(options),
  environment: (options: EnvironmentOptions) => new Environment(options),
  settings: (options: PipelineSettingsOptions) => new PipelineJobSettings(options),
};

/**
 * A setting that was not given reads as the component's, and objects are such whose attributes can be set. They become the
 * step's own as soon as they are looked at, so that changing them changes no other step.
 */
export function fillIn(job: object, definition: Definition<object>, own: AnyWorkOptions): void {
  for (const key of definition.keys as readonly (keyof AnyWorkOptions)[]) {
    const accessor = Object.getOwnPropertyDescriptor(job, key);
    const make = MADE[key] as ((options: unknown) => Judged<object>) | undefined;
    // These have defaults of their own, and can be filled in.
    const usual = own[key] ?? (key === 'settings' || key === 'retrySettings' ? {} : undefined);
    if (accessor === undefined || (usual === undefined && make === undefined)) continue;
    Object.defineProperty(job, key, {
      ...accessor,
      get() {
        const given: unknown = accessor.get?.call(job);
        const value = given ?? usual;
        if (!isRecord(value) || (given !== undefined && given instanceof Judged)) return value;
        accessor.set?.call(job, value instanceof Judged ? copied(value) : (make?.(value) ?? value));
        return accessor.get?.call(job);
      },
    });
  }
}

function copied(object: Judged<object>): unknown {
  const copy: unknown = Reflect.construct(object.constructor, [givenTo(object)]);
  return copy;
}
