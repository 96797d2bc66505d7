/** Runs processes and says how long they took, and what they needed at most. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Spread } from './types.ts';

export interface Measured {
  readonly seconds: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Most memory that the process itself (not its children) had at once, in MB; 0 where there is no `/proc`. */
  readonly peakMegabytes: number;
}

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Watch the process's memory. */
  readonly memory?: boolean;
}

export function runProcess(command: string, args: readonly string[], options: ProcessOptions = {}): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    let peak = 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const watch =
      options.memory === true
        ? setInterval(() => {
            peak = Math.max(peak, peakMemory(child.pid ?? 0));
          }, 50)
        : undefined;
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      const seconds = (performance.now() - started) / 1000;
      if (code === 0) resolve({ seconds, stdout, stderr, peakMegabytes: peak });
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stderr.slice(-4000)}`));
    });
  });
}

function peakMemory(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

export function spreadOf(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
  return { median: median ?? 0, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0, samples };
}
