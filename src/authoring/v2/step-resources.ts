import { Closed } from '../options/judged.ts';
import { resourceRules } from './settings.ts';

/** The resources of a step, which are its own attributes. */
export class StepResources extends Closed {
  constructor(step: object) {
    super();
    for (const key of resourceRules.keys.filter((name) => name in step)) {
      const get = (): unknown => Reflect.get(step, key);
      Object.defineProperty(this, key, { enumerable: true, get, set: (value: unknown) => Reflect.set(step, key, value) });
    }
  }
}
