import { formatCount, formatMiniBatches, formatNumberOf } from '../../events/format.ts';
import type { Emit, Status, StepSummary } from '../../events/types.ts';
import type { ParallelResult, ParallelRun } from '../types.ts';
import type { StepLogs } from './logs.ts';

const statuses: Readonly<Record<ParallelResult['kind'], Status>> = { completed: 'Completed', failed: 'Failed', interrupted: 'Canceled' };

/** The last words of a step: its summary as an event and in the logs, and what its user should know about short returns. */
export function tellResult(run: Pick<ParallelRun, 'step' | 'settings'>, result: ParallelResult, emit: Emit, logs: StepLogs): void {
  const { step } = run;
  const { summary } = result;
  if (summary.shortReturns > 0) emit({ type: 'notice', step, ...shortReturns(summary, run.settings.errorThreshold >= 0) });
  const output = result.kind === 'completed' && result.output !== undefined ? { output: result.output } : {};
  const error = result.kind === 'failed' ? { error: result.error } : {};
  logs.decided(`the step is ${statuses[result.kind]}${result.kind === 'failed' ? `: ${result.error}` : ''}`);
  emit({ type: 'step_summary', step, summary, ...output });
  logs.result({ status: statuses[result.kind], summary, ...error, ...output });
}

/**
 * Fewer rows from every mini-batch is what aggregating looks like; fewer from some of them may be a mistake.
 * @param missingFail an item for which no row came back has failed
 */
function shortReturns({ shortReturns: short, miniBatches, items, rows = 0 }: StepSummary, missingFail: boolean) {
  if (missingFail) {
    const effect = `Items for which no row came back count as failed (error_threshold is set). To count none: error_threshold: -1.`;
    return { level: 'warning', message: `${formatMiniBatches(short)} returned fewer rows than items. ${effect}` } as const;
  }
  if (short === miniBatches.done) {
    const message = `run() returned ${formatNumberOf(rows, 'row')} for ${formatNumberOf(items.done, 'item')}: fewer rows than items from every mini-batch, as from one that aggregates.`;
    return { level: 'info', message } as const;
  }
  const message = `${formatMiniBatches(short)} of ${formatCount(miniBatches.done)} returned fewer rows than items. If each item should have a row: --fail_on_short_return True makes such attempts fail.`;
  return { level: 'warning', message } as const;
}
