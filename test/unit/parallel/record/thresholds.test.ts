import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../../src/parallel/record/thresholds.ts';

const none = { errorThreshold: -1, miniBatchErrorThreshold: -1, allowedFailedPercent: 100 };

describe('thresholds', () => {
  it('never stop when they are -1 and 100', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 1000 }), (failedItems, failedMiniBatches) => {
        expect(judge({ failedItems, failedMiniBatches, totalMiniBatches: 1000 }, none)).toEqual({ kind: 'within' });
      }),
    );
  });

  it('stop when the count exceeds the limit, not when it reaches it', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (limit, count) => {
        const items = judge({ failedItems: count, failedMiniBatches: 0, totalMiniBatches: undefined }, { ...none, errorThreshold: limit });
        const batches = judge(
          { failedItems: 0, failedMiniBatches: count, totalMiniBatches: undefined },
          { ...none, miniBatchErrorThreshold: limit },
        );
        expect(items.kind).toBe(count > limit ? 'exceeded' : 'within');
        expect(batches.kind).toBe(count > limit ? 'exceeded' : 'within');
      }),
    );
  });

  it('judge the percentage only of a total that is known', () => {
    const limits = { ...none, allowedFailedPercent: 10 };
    expect(judge({ failedItems: 0, failedMiniBatches: 50, totalMiniBatches: undefined }, limits).kind).toBe('within');
    expect(judge({ failedItems: 0, failedMiniBatches: 10, totalMiniBatches: 100 }, limits).kind).toBe('within');
    expect(judge({ failedItems: 0, failedMiniBatches: 11, totalMiniBatches: 100 }, limits)).toMatchObject({
      kind: 'exceeded',
      setting: 'allowed_failed_percent',
      count: 11,
    });
  });
});
