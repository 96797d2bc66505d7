/** Results for people and for programs. */
import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import { columns } from '../src/cli/output/table.ts';
import { formatCount } from '../src/events/format.ts';
import type { Result, Spread, Target } from './types.ts';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly node: string;
  readonly python: string;
}

export function machine(python: string): Machine {
  const versions =
    'import sys, importlib.util as u; print(sys.version.split()[0], "with pandas " + __import__("pandas").__version__ if u.find_spec("pandas") else "")';
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    python: execFileSync(python, ['-c', versions], { encoding: 'utf8' }).trim(),
  };
}

/** A line for each yardstick. */
export function table(results: readonly Result[]): string {
  const rows = results.flatMap(({ case: name, name: what, unit, ours, yardsticks, target }) => {
    const measured = [name, what, unit, spread(ours)];
    if (yardsticks.length === 0) return [[...measured, '', '', '', verdict(target)]];
    return yardsticks.map((yardstick, index) => [
      ...(index === 0 ? measured : ['', '', '', '']),
      yardstick.name,
      spread(yardstick),
      `${(ours.median / yardstick.median).toFixed(2)} ×`,
      verdict(yardstick.target ?? (index === 0 ? target : undefined)),
    ]);
  });
  return columns(['case', 'what', 'unit', 'ours', 'yardstick', 'its figure', 'ours/its', 'wanted'], rows);
}

function verdict(target: Target | undefined): string {
  return target === undefined ? '' : `${target.text}: ${target.reached ? 'yes' : 'no'}`;
}

function spread({ median, min, max }: Spread): string {
  return `${figure(median)} (${figure(min)}–${figure(max)})`;
}

function figure(value: number): string {
  if (value >= 1000) return formatCount(Math.round(value));
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);
}
