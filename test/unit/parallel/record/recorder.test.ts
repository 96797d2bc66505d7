import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Recorder } from '../../../../src/parallel/record/recorder.ts';
import { FakeSegments } from '../../../support/fake-compute.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const attempt = (number: number, items: number | null) => ({
  index: 0,
  attempt: number,
  items,
  phase: 'run' as const,
  started: 0,
  loadMs: 0,
  runMs: 0,
});

test.each([
  ['as many as an attempt told, in whatever life of the step', [20, null], 20],
  ['one, where nobody could tell', [null, null], 1],
  ['none, where it is known that there are none', [0, null], 0],
])('a mini-batch whose last attempt cannot tell how many items it has, has %s', async (_, told, expected) => {
  const ledger = join(temporaryFolder(), 'ledger.bin');
  const setup = {
    ledger,
    segments: new FakeSegments(),
    workerName: String,
    describe: String,
    manifest: { sync: async () => {} },
    missingFail: true,
  };
  const first = await Recorder.open(setup);
  first.failed(0, attempt(1, told[0] ?? null), told[0] === 0 ? 0 : undefined, 'again');
  await first.close(false);
  const second = await Recorder.open(setup);
  second.failed(0, attempt(2, null), told[0] === 0 ? 0 : undefined, 'nothing');
  expect(second.tally.items).toMatchObject({ total: expected, failed: expected });
  // Tried again, it is still the same mini-batch.
  await second.close(false);
  const third = await Recorder.open(setup);
  expect(third.reopenFailed()).toEqual({ items: expected, miniBatches: 1 });
  third.failed(0, attempt(1, null), told[0] === 0 ? 0 : undefined, 'nothing');
  expect(third.tally.items).toMatchObject({ total: expected, failed: expected });
  await third.close(false);
});

test('what a life wrote and did not sync is on the disk before a mark of the next life says so', async () => {
  const ledger = join(temporaryFolder(), 'ledger.bin');
  const setupWith = (segments: FakeSegments) => ({
    ledger,
    segments,
    workerName: String,
    describe: String,
    manifest: { sync: async () => {} },
    missingFail: true,
  });
  const done = (recorder: Recorder, segments: FakeSegments, index: number, segment: number) => {
    const rows = segments.append(segment, `row ${index}\n`);
    const outcome = { index, attempt: 1, items: 1, returned: 1, started: 0, loadMs: 0, runMs: 0, ...rows };
    recorder.done({ worker: 0, segment }, [{ assignment: { index, attempt: 1, text: '' }, outcome }]);
  };
  const segments = new FakeSegments();
  const killed = await Recorder.open(setupWith(segments));
  done(killed, segments, 0, segments.allot());
  await killed.close(false);
  const next = await Recorder.open(setupWith(segments));
  done(next, segments, 1, segments.allot());
  await next.close(true);
  segments.losePower();
  const last = await Recorder.open(setupWith(segments));
  for (const index of [0, 1]) {
    const state = last.miniBatches.state(index);
    if (state.kind !== 'done') throw new Error(`mini-batch ${index} is ${state.kind}`);
    const rows = Buffer.alloc(state.length);
    await segments.read(state.segment, state.offset, rows);
    expect(rows.toString()).toBe(`row ${index}\n`);
  }
  await last.close(false);
});
