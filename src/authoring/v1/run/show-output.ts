import { formatMiniBatches } from '../../../events/format.ts';
import type { JobEvent } from '../../../events/types.ts';
import { inOptionWords } from './option-words.ts';

/** An event as a line for people; undefined for one that needs none. */
export function eventLine(event: JobEvent): string | undefined {
  const line = lineOf(event);
  return line === undefined ? undefined : inOptionWords(line);
}

function lineOf(event: JobEvent): string | undefined {
  switch (event.type) {
    case 'job_status':
      return `PipelineRun status: ${event.status}${event.error === undefined ? '' : `: ${event.error}`}`;
    case 'step_status':
      return `${event.step}: ${event.status}${event.error === undefined ? '' : `: ${event.error}`}`;
    case 'notice':
      return `${event.step === undefined ? '' : `${event.step}: `}${event.message}`;
    case 'progress':
      return `${event.step}: ${event.miniBatches.done + event.miniBatches.failed}/${formatMiniBatches(event.miniBatches.total)}`;
    case 'attempt_failed':
      return event.final
        ? `${event.step}: mini-batch ${event.miniBatch} failed (${event.what}): ${event.error.type}: ${event.error.message}`
        : undefined;
    case 'init_failed':
      return `${event.step}: ${event.worker} could not start: ${event.error.type}: ${event.error.message}`;
    case 'worker_lost':
      return `${event.step}: ${event.worker} was lost: ${event.reason}`;
    case 'metrics':
      return undefined;
    case 'step_summary':
      return event.output === undefined ? undefined : `${event.step}: output in ${event.output}`;
  }
}
