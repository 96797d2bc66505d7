/** What an event leaves behind on the screen: lines that stay, while the live region moves on below them. Pure. */

import type { AttemptFailure, JobState, StepState } from '../../events/fold.ts';
import { isFinal } from '../../events/fold.ts';
import { formatCount, formatMiniBatches } from '../../events/format.ts';
import type { JobEvent } from '../../events/types.ts';
import { inOneLine } from './errors.ts';
import type { JobHead } from './live.ts';
import { type Line, line, span } from './text.ts';
import { failuresOf, itemsOf, statusSpan, timeBetween } from './words.ts';

/** Kinds of errors of a step told as they appear; its summary counts them all. */
const toldKinds = 5;
/** Lost workers told one by one; the step's summary counts them all. */
const toldLostWorkers = 5;

/** `before` and `after`: the state without and with the event. */
export function told(event: JobEvent, before: JobState, after: JobState, job: JobHead): readonly Line[] {
  switch (event.type) {
    case 'job_status':
      if (event.fromScratch === true) return [line('From scratch: all steps run again, and nothing of what they had done counts.')];
      return after.lives > before.lives && after.lives > 1 ? [line('Resumed: what had finished is not run again.')] : [];
    case 'notice': {
      const level = event.level === 'warning' ? span('warning:', 'warn') : span('notice:', 'faint');
      return [line(level, event.step === undefined ? ` ${event.message}` : ` ${event.step}: ${event.message}`)];
    }
    case 'attempt_failed':
      return newKind(event, before, after);
    case 'init_failed':
      return [initFailure(event)];
    case 'worker_lost': {
      const lost = after.steps[event.step]?.workersLost ?? 0;
      if (lost > toldLostWorkers) return [];
      const last = lost === toldLostWorkers ? ' (further ones are only counted)' : '';
      return [line(span(`${event.step}:`, 'strong'), ` ${event.worker} was lost: ${event.reason}${last}`)];
    }
    case 'step_status': {
      const step = after.steps[event.step];
      // Of a job of one step the summary says it, at once.
      if ((job.steps?.length ?? 0) === 1) return [];
      const same = before.steps[event.step]?.status === event.status;
      if (step === undefined || (same && step.skippedBecause === undefined)) return [];
      return isFinal(step.status) || step.skippedBecause !== undefined ? [stepEnd(step)] : [];
    }
    case 'progress':
    case 'metrics':
    case 'step_summary':
      return [];
  }
}

/** The first of each kind, in two lines: its frames stand once, in the summary. */
function newKind(failure: AttemptFailure, before: JobState, after: JobState): readonly Line[] {
  const { step, miniBatch, attempt, worker, what, final, error } = failure;
  const known = before.steps[step]?.errors.length ?? 0;
  if (after.steps[step]?.errors.length === known || known === toldKinds) return [];
  const next = final ? 'failed for good' : 'will be tried again';
  const head = span(known === 0 ? 'first error' : 'another error', 'bad');
  return [
    line(span(`${step}:`, 'strong'), ' ', head, ` in mini-batch ${miniBatch} (${what}), attempt ${attempt} on ${worker}; ${next}`),
    line(`  ${inOneLine(error)}`),
  ];
}

/** The stack is in the log, and in what the step ends with if no worker can start. */
function initFailure({ step, worker, error }: Extract<JobEvent, { type: 'init_failed' }>): Line {
  return line(span(`${step}:`, 'strong'), ' ', span(`${worker} could not start`, 'bad'), `: ${inOneLine(error)}`);
}

/** How a step ended, in one line. */
export function stepEnd(step: StepState): Line {
  const parts = [
    step.skippedBecause === undefined ? undefined : `skipped: ${step.skippedBecause}`,
    step.reusedFrom === undefined ? undefined : `reused from ${step.reusedFrom}`,
    step.exitCode === undefined || step.exitCode === 0 ? undefined : `exit code ${step.exitCode}`,
    counts(step),
    failuresOf(step),
    step.started === undefined || step.ended === undefined ? undefined : timeBetween(step.started, step.ended),
    step.notReused === undefined ? undefined : `not reused: ${step.notReused}`,
  ].filter((part) => part !== undefined);
  return line(span(step.name, 'strong'), '  ', statusSpan(step.status), ...parts.map((part) => `  ${part}`));
}

function counts(step: StepState): string | undefined {
  const { miniBatches, items } = step;
  if (miniBatches === undefined || items === undefined) return undefined;
  return `${formatCount(miniBatches.done)}/${formatMiniBatches(miniBatches.total)}, ${itemsOf(step, items.done)}`;
}
