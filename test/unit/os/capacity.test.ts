import { expect, test } from 'vitest';
import { Capacity } from '../../../src/os/capacity.ts';

/** Work that runs until it is let go. */
function held() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { work: () => promise, release: resolve };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('no more runs at once than there is room for, in the order of asking', async () => {
  const capacity = new Capacity(3);
  const running = new Set<string>();
  const jobs = new Map(['a', 'b', 'c', 'd'].map((name) => [name, held()] as const));
  const sizes: Record<string, number> = { a: 2, b: 2, c: 1, d: 3 };
  const all = [...jobs].map(([name, { work }]) =>
    capacity.with(sizes[name] ?? 1, async () => {
      running.add(name);
      await work();
      running.delete(name);
    }),
  );
  const seen = async (expected: string[]) => {
    await settle();
    expect([...running]).toEqual(expected);
  };
  await seen(['a']);
  jobs.get('a')?.release();
  await seen(['b', 'c']);
  jobs.get('c')?.release();
  await seen(['b']);
  jobs.get('b')?.release();
  await seen(['d']);
  jobs.get('d')?.release();
  await Promise.all(all);
});

test('who asks for more than there is runs alone; who fails gives its room back', async () => {
  const capacity = new Capacity(2);
  await expect(capacity.with(100, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await capacity.with(2, async () => 'ran')).toBe('ran');
});
