import { retrySettings } from '../../language/schema/steps.ts';
import { type Attributes, Judged } from '../options/judged.ts';
import { allBindable, camelKeys, define } from '../options/rules.ts';
import type { Bindable } from './bindable.ts';

/** Source: https://learn.microsoft.com/azure/machine-learning/reference-yaml-job-parallel (`retry_settings`) */
export interface RetrySettingsOptions {
  /** Attempts after the first of a mini-batch that failed: a whole number from 0. Default 2. */
  readonly maxRetries?: Bindable<number> | undefined;
  /** Seconds that one `run()` may take, above 0. Default 60, at most 259200. */
  readonly timeout?: Bindable<number> | undefined;
}

/** @internal */
export const retryRules = define<RetrySettingsOptions>('RetrySettings', 'retrySettings')(allBindable(camelKeys(retrySettings.shape)));

/**
 * What happens to a mini-batch that failed. Its attributes can be set.
 * @throws RequestError for a name that is not there or a value that is not allowed, also where an attribute is set.
 */
export class RetrySettings extends Judged<RetrySettingsOptions> {
  /** @param options Default: 2 retries, 60 seconds. */
  constructor(options: RetrySettingsOptions = {}) {
    super(retryRules, options);
  }
}
export interface RetrySettings extends Attributes<RetrySettingsOptions> {}

/**
 * The name that `azure.ai.ml.entities` has for `RetrySettings`.
 * Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.entities.batchretrysettings
 */
export class BatchRetrySettings extends RetrySettings {}
