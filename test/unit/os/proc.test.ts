import { expect, test } from 'vitest';
import { parseStat, processIds, readStat } from '../../../src/os/proc.ts';

test('a program called ") 1 (x" does not shift the fields', () => {
  const text = '42 () 1 (x) S 1 40 39 34816 41 4194560 1 0 0 0 250 50 0 0 20 0 1 0 100 1000000 500 18446744073709551615';
  expect(parseStat(text)).toEqual({ pid: 42, state: 'S', parent: 1, group: 40, foregroundGroup: 41, cpuSeconds: 3, started: 100 });
});

test.runIf(process.platform === 'linux')('this very process is there, one that never was is not', () => {
  expect(processIds()).toContain(process.pid);
  expect(readStat(process.pid)).toMatchObject({ pid: process.pid, parent: process.ppid });
  expect(readStat(0)).toBeUndefined();
});
