/** Lines on a worker's report pipe, changed by byte and by tree: a report that says what a report may say, or no report. */
import fc from 'fast-check';
import { LineSplitter } from '../../src/os/lines.ts';
import type { Report } from '../../src/workers/protocol/messages.ts';
import { decodeReport, encodeReport, NotAReport } from '../../src/workers/protocol/wire.ts';
import { byteChange, changeBytes, changeTree, drawn, type Tree, treeChange } from './mutate.ts';
import type { FuzzTarget } from './target.ts';

const error = { type: 'ValueError', message: 'no', stack: 'File "x.py"' };
const reports: readonly Report[] = [
  { type: 'ready', pid: 12, initMs: 3.5, interpreter: 'Python 3.12' },
  { type: 'init_failed', error, missingModule: 'pandas' },
  { type: 'failed', index: 3, attempt: 1, items: 2, phase: 'run', error, started: 12, loadMs: 1, runMs: 2 },
  { type: 'header', text: 'a b\n' },
  { type: 'notice', level: 'warning', message: 'm' },
  { type: 'stopped' },
  {
    type: 'done',
    outcomes: [
      { index: 0, attempt: 1, items: 2, returned: 2, offset: 0, length: 10, crc: 77, started: 5, loadMs: 1, runMs: 2 },
      { index: 1, attempt: 1, items: 2, returned: 2, offset: 10, length: 10, crc: 78, started: 5, loadMs: 1, runMs: 2 },
    ],
  },
];

const changed = fc.record({
  report: fc.constantFrom(...reports),
  change: fc.oneof(
    fc.record({ how: fc.constant('bytes' as const), changes: fc.array(byteChange, { minLength: 1, maxLength: 4 }) }),
    fc.record({ how: fc.constant('tree' as const), changes: fc.array(treeChange, { minLength: 1, maxLength: 3 }) }),
  ),
  pieces: fc.array(fc.nat(40), { maxLength: 6 }),
});

export const workerReports: FuzzTarget = {
  name: 'worker-reports',
  async try(seed) {
    const { report, change, pieces } = drawn(changed, seed);
    const text = encodeReport(report);
    const bytes =
      change.how === 'bytes'
        ? changeBytes(Buffer.from(text), change.changes)
        : Buffer.from(JSON.stringify(changeTree(JSON.parse(text) as Tree, change.changes)));
    const stream = Buffer.concat([bytes, Buffer.from('\n')]);
    const lines = linesOf(stream, pieces);
    // However the pipe cuts them, lines are the same.
    const whole = stream.toString('utf8').split('\n').slice(0, -1);
    if (JSON.stringify(lines) !== JSON.stringify(whole)) throw new Error(`is cut into ${JSON.stringify(lines)}`);
    for (const line of lines) judge(line);
  },
};

function linesOf(stream: Buffer, pieces: readonly number[]): readonly string[] {
  const splitter = new LineSplitter();
  const lines: string[] = [];
  let start = 0;
  for (const length of [...pieces, stream.length]) {
    splitter.push(stream.subarray(start, start + length), (line) => lines.push(line));
    start += length;
  }
  return lines;
}

function judge(line: string): void {
  let report: Report;
  try {
    report = decodeReport(line);
  } catch (thrown) {
    if (thrown instanceof NotAReport) return;
    throw thrown;
  }
  // What is taken for a report can be counted with: a negative or broken number would become a wrong sum.
  const numbers =
    report.type === 'done'
      ? report.outcomes.flatMap((outcome) => Object.values(outcome))
      : report.type === 'failed'
        ? [report.index, report.attempt]
        : [];
  if (!numbers.every((value) => Number.isFinite(value) && value >= 0)) throw new Error(`is taken for a report: ${line}`);
  for (const { index, attempt, items, returned, offset, length, crc } of report.type === 'done' ? report.outcomes : []) {
    if (![index, attempt, items, returned, offset, length, crc].every(Number.isSafeInteger))
      throw new Error(`is taken for an outcome: ${line}`);
  }
}
