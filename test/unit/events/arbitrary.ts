import fc from 'fast-check';
import type { EventBody } from '../../../src/events/types.ts';

const status = fc.constantFrom('NotStarted', 'Queued', 'Preparing', 'Running', 'Finalizing', 'Completed', 'Failed', 'Canceled' as const);
const step = fc.constantFrom('prepare', 'score', 'outer.inner', '__proto__');
const message = fc.string({ unit: 'grapheme', maxLength: 30 });
const count = fc.nat(1000);

export const eventBody: fc.Arbitrary<EventBody> = fc.oneof(
  fc.record({ type: fc.constant('job_status' as const), status, error: message }, { requiredKeys: ['type', 'status'] }),
  fc.record({ type: fc.constant('notice' as const), level: fc.constantFrom('info' as const, 'warning' as const), message }),
  fc.record(
    { type: fc.constant('step_status' as const), step, status, error: message, exitCode: count },
    { requiredKeys: ['type', 'step', 'status'] },
  ),
  fc.record({
    type: fc.constant('progress' as const),
    step,
    miniBatches: fc.record({ total: count, planned: fc.boolean(), done: count, failed: count, retries: count }),
    items: fc.record({ total: count, done: count, failed: count }),
    workers: count,
    running: fc.constant([]),
  }),
  fc.record({
    type: fc.constant('metrics' as const),
    step,
    metrics: fc.dictionary(
      fc.constantFrom('loss', 'auc'),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    ),
  }),
  fc.record({ type: fc.constant('worker_lost' as const), step, worker: fc.constant('process000'), reason: message }),
);
