import { formatNumberOf } from '../../events/format.ts';
import type { Emit, Status } from '../../events/types.ts';
import type { ParallelResult } from '../types.ts';
import type { StepLogs } from './logs.ts';

const statuses: Readonly<Record<ParallelResult['kind'], Status>> = { completed: 'Completed', failed: 'Failed', interrupted: 'Canceled' };

/** The last words of a step: its summary as an event and in the logs, and what its user should know about short returns. */
export function tellResult(step: string, result: ParallelResult, emit: Emit, logs: StepLogs): void {
  const { summary } = result;
  if (summary.shortReturns > 0) {
    const effect = 'Their missing items count as failed items; --fail_on_short_return True makes such attempts fail.';
    const message = `${formatNumberOf(summary.shortReturns, 'mini-batch', 'mini-batches')} returned fewer rows than items were in it. ${effect}`;
    emit({ type: 'notice', level: 'warning', step, message });
  }
  const output = result.kind === 'completed' && result.output !== undefined ? { output: result.output } : {};
  const error = result.kind === 'failed' ? { error: result.error } : {};
  logs.decided(`the step is ${statuses[result.kind]}${result.kind === 'failed' ? `: ${result.error}` : ''}`);
  emit({ type: 'step_summary', step, summary, ...output });
  logs.result({ status: statuses[result.kind], summary, ...error, ...output });
}
