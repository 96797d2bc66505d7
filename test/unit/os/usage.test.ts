import { expect, test } from 'vitest';
import { parseProc, parsePs, readProcesses } from '../../../src/os/usage.ts';

test('reads /proc also when the program is called ") 1 (x"', () => {
  const stat = '42 () 1 (x) S 1 40 40 0 -1 4194560 1 0 0 0 250 50 0 0 20 0 1 0 100 1000000 500 18446744073709551615';
  expect(parseProc(stat, 'Name:\tx\nVmRSS:\t    2048 kB\n')).toEqual({ pid: 42, group: 40, cpuSeconds: 3, memoryBytes: 2_097_152 });
});

test('reads what ps prints on Linux and on macOS', () => {
  expect(parsePs('   42    40   2048 00:01:03\n    7     7    0 1-02:00:00\n  9 9 1 12:34.56\n')).toEqual([
    { pid: 42, group: 40, cpuSeconds: 63, memoryBytes: 2_097_152 },
    { pid: 7, group: 7, cpuSeconds: 93_600, memoryBytes: 0 },
    { pid: 9, group: 9, cpuSeconds: 754.56, memoryBytes: 1024 },
  ]);
});

test('finds this very process', async () => {
  const own = (await readProcesses()).find((use) => use.pid === process.pid);
  expect(own?.memoryBytes).toBeGreaterThan(1_000_000);
  expect(own?.cpuSeconds).toBeGreaterThan(0);
});
