import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeSlots, workersHere } from '../../../../src/workers/local/slots.ts';

const small = { cores: 2, memoryBytes: 16 * 2 ** 30 };

test.each([
  ['one node that does not say: one for each core', 1, undefined, [], 2],
  ['several that do not say: no more', 20, undefined, [], 2],
  ['what one node is asked for, on purpose', 1, 4, [], 4],
  ['up to four for each core', 1, 100, [], 8],
  ['twenty nodes of eight: what one of them is asked for', 20, 8, [], 8],
  ['many small nodes: one for each core', 20, 1, [], 2],
  ['fewer than there are cores', 1, 1, [], 1],
  ['one for each GPU, however few cores', 1, undefined, ['0', '1', '2'], 3],
  ['nodes share the GPUs', 4, undefined, ['0', '1', '2'], 3],
])('%s', (_, nodes, perNode, gpus, workers) => {
  expect(workersHere(nodes, perNode, gpus, small, false).workers).toBe(workers);
});

test('never more than there is memory for, and always one', () => {
  expect(workersHere(1, 8, [], { cores: 8, memoryBytes: 2 ** 30 }, false).workers).toBe(4);
  expect(workersHere(1, 8, [], { cores: 8, memoryBytes: 2 ** 20 }, false).workers).toBe(1);
});

test('oversubscribed, all that is asked for', () => {
  expect(workersHere(20, 8, [], { cores: 2, memoryBytes: 2 ** 20 }, true).workers).toBe(160);
});

test('more nodes, or more on each, never bring fewer; and there is a place for each, on nodes that are filled', () => {
  const count = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(count, count, fc.integer({ min: 1, max: 16 }), (nodes, perNode, cores) => {
      const machine = { cores, memoryBytes: 64 * 2 ** 30 };
      const found = workersHere(nodes, perNode, [], machine, false);
      expect(found.workers).toBeGreaterThanOrEqual(Math.min(nodes * perNode, cores));
      expect(workersHere(nodes + 1, perNode, [], machine, false).workers).toBeGreaterThanOrEqual(found.workers);
      expect(workersHere(nodes, perNode + 1, [], machine, false).workers).toBeGreaterThanOrEqual(found.workers);
      const slots = makeSlots(found, []);
      expect(slots.map(({ number }) => number)).toEqual(Array.from({ length: found.workers }, (_, number) => number));
      expect(new Set(slots.map(({ node }) => node)).size).toBe(Math.ceil(found.workers / perNode));
      for (const { node } of slots) expect(slots.filter((slot) => slot.node === node).length).toBeLessThanOrEqual(perNode);
    }),
  );
});
