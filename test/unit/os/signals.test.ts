import { expect, test } from 'vitest';
import { Signals } from '../../../src/os/signals.ts';

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const counts = () => names.map((name) => process.listenerCount(name));

/** Calls the handlers that stand there now and did not `before`, as the signal would. */
function send(name: (typeof names)[number], before: readonly unknown[]): void {
  for (const listener of process.listeners(name)) if (!before.includes(listener)) listener(name);
}

test('handlers stand while somebody holds them, once for all, and are gone after the last', () => {
  const before = counts();
  const signals = new Signals();
  const first = signals.control();
  const second = signals.control();
  expect(counts()).toEqual(before.map((count) => count + 1));
  expect(second.drain).toBe(first.drain);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  expect(counts()).toEqual(before.map((count) => count + 1));
  second[Symbol.dispose]();
  expect(counts()).toEqual(before);
});

test('SIGINT drains, a second one kills; who comes after all have left is told nothing of that', () => {
  const before = process.listeners('SIGINT');
  const signals = new Signals();
  const control = signals.control();
  const state = () => [control.drain.aborted, control.kill.aborted];
  expect(state()).toEqual([false, false]);
  send('SIGINT', before);
  expect(state()).toEqual([true, false]);
  send('SIGINT', before);
  expect(state()).toEqual([true, true]);
  control[Symbol.dispose]();
  const later = signals.control();
  expect(later.drain.aborted).toBe(false);
  later[Symbol.dispose]();
});

test('SIGTERM kills at once', () => {
  const before = process.listeners('SIGTERM');
  const control = new Signals().control();
  send('SIGTERM', before);
  expect([control.drain.aborted, control.kill.aborted]).toEqual([true, true]);
  control[Symbol.dispose]();
});
