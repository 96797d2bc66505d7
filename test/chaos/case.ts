/** What a seed stands for: a job, and the faults that it must survive. */
import fc from 'fast-check';
import type { Machine } from './machine.ts';

export type JobKind = 'files' | 'table' | 'typescript' | 'pipeline';

export interface Shape {
  readonly kind: JobKind;
  /** Files, or rows of the table. */
  readonly items: number;
  /** Files of a mini-batch; of a table, about as many rows. */
  readonly miniBatchSize: number;
  readonly workers: number;
  /** What a `run` takes at least, in milliseconds: 0 is a script as quick as can be. */
  readonly runMilliseconds: number;
  /** Each item of this many that fails its mini-batch at every attempt; 0: none. Not for tables, whose cuts only the engine knows. */
  readonly badEvery: number;
  /** Each item of this many that fails its mini-batch once. */
  readonly shakyEvery: number;
}

export type FaultKind =
  | 'kill coordinator'
  | 'kill worker'
  | 'kill reaper'
  | 'kill coordinator and reaper'
  | 'kill all'
  | 'freeze coordinator'
  | 'freeze worker'
  | 'interrupt'
  | 'interrupt twice'
  | 'cancel'
  | 'fill the disk'
  | 'clock forward'
  | 'clock back';

export interface Fault {
  readonly kind: FaultKind;
  /** Waits until the job has begun so many more mini-batches (or has ended) … */
  readonly afterBegun: number;
  /** … and then so many milliseconds. */
  readonly afterMilliseconds: number;
  /** Which of several workers; how long something is frozen or full. */
  readonly choice: number;
}

export interface ChaosCase {
  readonly shape: Shape;
  readonly faults: readonly Fault[];
}

/** The case of a seed, the same on every machine that can do the same. */
export function caseOf(seed: number, faults: number, machine: Machine): ChaosCase {
  const [drawn] = fc.sample(arbitraryCase(faults, machine), { seed, numRuns: 1 });
  if (drawn === undefined) throw new Error('nothing was drawn');
  return drawn;
}

function arbitraryCase(faults: number, machine: Machine): fc.Arbitrary<ChaosCase> {
  const kinds: FaultKind[] = [
    'kill coordinator',
    'kill worker',
    'kill reaper',
    'kill coordinator and reaper',
    'kill all',
    'freeze coordinator',
    'freeze worker',
    'interrupt',
    'interrupt twice',
    'cancel',
    ...(machine.canMount ? (['fill the disk'] as const) : []),
    ...(machine.fakeTime === undefined ? [] : (['clock forward', 'clock back'] as const)),
  ];
  const fault = fc.record({
    kind: fc.constantFrom(...kinds),
    afterBegun: fc.oneof(fc.constant(0), fc.nat(10)),
    afterMilliseconds: fc.oneof(fc.nat(20), fc.nat(400)),
    choice: fc.nat(1000),
  });
  return fc.record({
    shape: fc.record({
      kind: fc.constantFrom<JobKind>('files', 'table', 'typescript', 'pipeline'),
      items: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 200, max: 600 })),
      miniBatchSize: fc.integer({ min: 1, max: 6 }),
      workers: fc.integer({ min: 1, max: 3 }),
      runMilliseconds: fc.constantFrom(0, 10, 40),
      badEvery: fc.constantFrom(0, 0, 0, 37),
      shakyEvery: fc.constantFrom(0, 0, 23),
    }),
    faults: fc.array(fault, { minLength: faults, maxLength: faults }),
  });
}
