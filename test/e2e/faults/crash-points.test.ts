/** A sample of the crash points; `npm run crash-points` tries them all. */
import { expect, test } from 'vitest';
import { type KindName, tryCrashPoint } from '../../support/faults/crash-points.ts';
import type { FaultKind } from '../../support/faults/kinds.ts';

/** Where in the coordinator's life each fault waits: 0 is its first write, 1 its last. */
const sample: readonly (readonly [KindName, readonly (readonly [FaultKind, number])[]])[] = [
  [
    'files',
    [
      ['kill', 0.4],
      ['kill', 0.85],
      ['power', 0.8],
      ['ENOSPC', 0.6],
      ['EROFS', 0.97],
    ],
  ],
  ['typescript', [['kill', 0.7]]],
  ['command', [['kill', 0.9]]],
  [
    'pipeline',
    [
      ['kill', 0.85],
      ['torn', 0.7],
    ],
  ],
];

test.each(sample)(
  'a job of the kind %s that meets a fault at a write is gone on with to the end of an undisturbed one',
  async (kind, faults) => {
    const undisturbed = await tryCrashPoint({ kind, fault: 'none', at: 0 });
    expect(undisturbed).toMatchObject({ ended: 'exit 0', wrong: [] });
    const { calls = 0 } = undisturbed;
    expect(calls).toBeGreaterThan(30);
    for (const [fault, part] of faults) {
      const trial = { kind, fault, at: Math.ceil(part * calls) };
      expect({ ...trial, wrong: (await tryCrashPoint(trial)).wrong }).toEqual({ ...trial, wrong: [] });
    }
  },
);
