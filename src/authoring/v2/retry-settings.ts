import { retrySettings } from '../../language/schema/steps.ts';
import { defined, yamlKeys } from '../document.ts';
import { judgePart } from './judge.ts';

export interface RetrySettingsOptions {
  /** Attempts after the first of a mini-batch that failed. Default 2. */
  readonly maxRetries?: number | undefined;
  /** Seconds that one `run()` may take. Default 60, at most 259200. */
  readonly timeout?: number | undefined;
}

/** What happens to a mini-batch that failed. @throws RequestError for a wrong value. */
export class RetrySettings implements RetrySettingsOptions {
  declare readonly maxRetries?: number;
  declare readonly timeout?: number;

  constructor(options: RetrySettingsOptions = {}) {
    Object.assign(this, defined({ ...options }));
    judgePart('retry_settings', retrySettings, yamlKeys(this));
  }
}
