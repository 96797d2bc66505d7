/**
 * When failures stop a step. Pure.
 * Meaning and defaults: Azure ML, "Configure settings of a parallel job" (how-to-use-parallel-job-in-pipeline) and, for
 * `allowed_failed_percent`, ParallelRunConfig of SDK v1.
 */
import type { ParallelSettings } from '../../language/types.ts';

export interface FailureCounts {
  /** Items of mini-batches that failed for good, and items for which nothing was returned. */
  readonly failedItems: number;
  /** Mini-batches that failed for good. */
  readonly failedMiniBatches: number;
  /** All mini-batches, once planning is finished. */
  readonly totalMiniBatches: number | undefined;
}

export type Verdict =
  | { readonly kind: 'within' }
  | { readonly kind: 'exceeded'; readonly setting: string; readonly limit: number; readonly count: number; readonly unit: string };

export type Thresholds = Pick<ParallelSettings, 'errorThreshold' | 'miniBatchErrorThreshold' | 'allowedFailedPercent'>;

export function judge(counts: FailureCounts, limits: Thresholds): Verdict {
  if (limits.errorThreshold >= 0 && counts.failedItems > limits.errorThreshold) {
    return {
      kind: 'exceeded',
      setting: 'error_threshold',
      limit: limits.errorThreshold,
      count: counts.failedItems,
      unit: counts.failedItems === 1 ? 'failed item' : 'failed items',
    };
  }
  if (limits.miniBatchErrorThreshold >= 0 && counts.failedMiniBatches > limits.miniBatchErrorThreshold) {
    const [setting, limit, count] = ['mini_batch_error_threshold', limits.miniBatchErrorThreshold, counts.failedMiniBatches] as const;
    return { kind: 'exceeded', setting, limit, count, unit: count === 1 ? 'failed mini-batch' : 'failed mini-batches' };
  }
  if (counts.totalMiniBatches !== undefined && counts.totalMiniBatches > 0) {
    const percent = (100 * counts.failedMiniBatches) / counts.totalMiniBatches;
    if (percent > limits.allowedFailedPercent) {
      const [setting, limit] = ['allowed_failed_percent', limits.allowedFailedPercent] as const;
      return { kind: 'exceeded', setting, limit, count: Math.round(percent * 100) / 100, unit: 'percent of the mini-batches failed' };
    }
  }
  return { kind: 'within' };
}
