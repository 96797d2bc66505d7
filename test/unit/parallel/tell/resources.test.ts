import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { startResourceMonitor } from '../../../../src/parallel/tell/resources.ts';
import { LocalUse, readLocalMachine } from '../../../../src/workers/local/local-use.ts';

const folder = mkdtempSync(join(tmpdir(), 'resources-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('samples workers with their children, and the machine', async () => {
  // A leader that only waits, whose child holds memory and burns the processor.
  const busy = 'b = bytearray(50_000_000)\nwhile True: pass';
  const leader = spawn('python3', ['-c', `import subprocess, sys\nsubprocess.run([sys.executable, "-c", ${JSON.stringify(busy)}])`], {
    detached: true,
  });
  const pid = leader.pid ?? 0;
  const use = new LocalUse();
  const monitor = startResourceMonitor(
    folder,
    0.2,
    {
      use: () => use.read([{ node: 'node000', worker: 'process000', pid }]),
      machines: async () => [readLocalMachine()],
    },
    (message) => {
      throw new Error(message);
    },
  );
  try {
    await vi.waitFor(
      () => {
        const text = readFileSync(join(folder, 'sys', 'perf', 'processes.csv'), 'utf8');
        const [header, ...lines] = text.trim().split('\n');
        expect(header).toBe('time,node,worker,pid,processes,cpu_percent,memory_mb');
        const worker = lines.map((line) => line.split(',')).filter(([, node, name]) => node === 'node000' && name === 'process000');
        const last = worker.at(-1) ?? [];
        expect(last.slice(3, 5)).toEqual([String(pid), '2']);
        expect(Number(last[5])).toBeGreaterThan(0);
        expect(Number(last[6])).toBeGreaterThan(50);
        expect(lines.some((line) => line.includes(',machine,'))).toBe(true);
      },
      { timeout: 20_000 },
    );
  } finally {
    process.kill(-pid, 'SIGKILL');
    await monitor.close();
  }
}, 30_000);
