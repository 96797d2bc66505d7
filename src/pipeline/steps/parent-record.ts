/** A parallel step's logs and figures in the record of the job it belongs to, where its program arguments ask for that. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno, messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';
import type { ParallelStep } from '../../language/types.ts';
import { copyTree, writeAtomically } from '../../os/files.ts';
import type { ParallelResult } from '../../parallel/types.ts';
import type { JobLayout } from '../../store/layout.ts';

/**
 * `--copy_logs_to_parent`: the step's logs are also in the job's `logs/<step>/`.
 * `--push_metrics_to_parent`: its counts are also in the job's `metrics.json`, each under `--metrics_name_prefix` and its name.
 */
export function tellParent(name: string, { settings }: ParallelStep, layout: JobLayout, result: ParallelResult): void {
  const { copyLogsToParent, pushMetricsToParent, metricsNamePrefix = '' } = settings.predefined;
  if (copyLogsToParent) copyTree(layout.step(name).logs, join(layout.logs, name));
  if (!pushMetricsToParent) return;
  const metrics = Object.entries(metricsOf(result)).map(([metric, value]) => [metricsNamePrefix + metric, value]);
  writeAtomically(layout.metrics, `${JSON.stringify({ ...readMetrics(layout.metrics), ...Object.fromEntries(metrics) }, undefined, 2)}\n`);
}

function metricsOf({ summary }: ParallelResult): Readonly<Record<string, number>> {
  const { miniBatches, items, shortReturns } = summary;
  return {
    mini_batches_total: miniBatches.total,
    mini_batches_done: miniBatches.done,
    mini_batches_failed: miniBatches.failed,
    mini_batches_retries: miniBatches.retries,
    items_total: items.total,
    items_done: items.done,
    items_failed: items.failed,
    short_returns: shortReturns,
  };
}

/** Those of the job's other steps. @throws RequestError when they are there and cannot be read: they are not to be lost */
function readMetrics(file: string): Record<string, number> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return {};
    const message = `The job's metrics cannot be added to: ${messageOf(error)}.`;
    throw new RequestError({ code: 'metrics-file', file, message, hint: 'Mend or remove the file, and resume the job.' }, { cause: error });
  }
}
