/** What the commands of a job printed, where it is little. */
import { existsSync, statSync } from 'node:fs';
import type { Status } from '../events/types.ts';
import type { JobSpec } from '../language/types.ts';
import type { JobLayout } from '../store/layout.ts';
import { logSources } from './log-sources.ts';
import { printedLines } from './printed-lines.ts';

const mostBytes = 4096;
const mostLines = 10;
/** Of all steps together. */
const mostInAll = 30;

/** By step; of those that completed: the error of a failed one quotes what it printed last. Nothing of what another run printed. */
export function shortPrints(
  spec: JobSpec,
  layout: JobLayout,
  statusOf: (step: string) => Status | undefined,
): Record<string, readonly string[]> {
  const found: Record<string, readonly string[]> = {};
  let left = mostInAll;
  for (const source of logSources(spec, layout)) {
    const file = source.files.stdout;
    if (source.worker !== undefined || file === undefined || statusOf(source.step) !== 'Completed' || !existsSync(file)) continue;
    const { size } = statSync(file);
    if (size === 0 || size > mostBytes) continue;
    const lines = [...printedLines(source)].map(({ text }) => text);
    if (lines.length > mostLines || lines.length > left) continue;
    left -= lines.length;
    found[source.step] = lines;
  }
  return found;
}
