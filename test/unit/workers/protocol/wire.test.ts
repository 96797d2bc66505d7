import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { LineSplitter } from '../../../../src/os/lines.ts';
import type { Report } from '../../../../src/workers/protocol/messages.ts';
import { decodeCommand, decodeReport, encodeCommand, encodeReport, NotAReport } from '../../../../src/workers/protocol/wire.ts';

const amount = fc.nat();
const error = fc.record(
  { type: fc.string(), message: fc.string(), stack: fc.string() },
  { requiredKeys: ['type', 'message'], noNullPrototype: true },
);
const ended = { index: amount, attempt: amount, started: amount, loadMs: fc.double({ min: 0, max: 1e9, noNaN: true }), runMs: amount };
const outcome = fc.record(
  { ...ended, items: amount, returned: amount, offset: amount, length: amount, crc: amount },
  { noNullPrototype: true },
);
const report: fc.Arbitrary<Report> = fc.oneof(
  fc.record({ type: fc.constant('done' as const), outcomes: fc.array(outcome) }, { noNullPrototype: true }),
  fc.record(
    {
      type: fc.constant('failed' as const),
      ...ended,
      items: fc.option(amount),
      phase: fc.constantFrom('load' as const, 'run' as const, 'return' as const, 'write' as const),
      error,
    },
    { noNullPrototype: true },
  ),
  fc.record({ type: fc.constant('ready' as const), pid: amount, initMs: amount, interpreter: fc.string() }, { noNullPrototype: true }),
  fc.record({ type: fc.constant('init_failed' as const), error }, { noNullPrototype: true }),
  fc.record({ type: fc.constant('header' as const), text: fc.string() }, { noNullPrototype: true }),
  fc.record({ type: fc.constant('stopped' as const), error }, { requiredKeys: ['type'], noNullPrototype: true }),
);

it('reads every report that it writes', () => {
  fc.assert(
    fc.property(report, (each) => {
      expect(decodeReport(encodeReport(each))).toEqual(JSON.parse(JSON.stringify(each)));
    }),
  );
});

it('reads every command that it writes', () => {
  const assignment = fc.record({ index: amount, attempt: amount, text: fc.constant('[0,["a.txt"]]') }, { noNullPrototype: true });
  fc.assert(
    fc.property(fc.array(assignment), (assignments) => {
      const tasks = assignments.map(({ index, attempt }) => ({ index, attempt, reader: 0, slice: ['a.txt'], partition: undefined }));
      expect(decodeCommand(encodeCommand({ type: 'run', assignments }))).toEqual({ type: 'run', tasks });
      const [first] = assignments;
      if (first !== undefined)
        expect(decodeCommand(encodeCommand({ type: 'load', assignment: first }))).toEqual({ type: 'load', task: tasks[0] });
    }),
  );
  expect(decodeCommand(encodeCommand({ type: 'drop', index: 7 }))).toEqual({ type: 'drop', index: 7 });
});

it('takes no text for a report that is none, and never fails in another way', () => {
  const known = (line: string) => {
    try {
      const { type } = decodeReport(line);
      expect(['done', 'failed', 'ready', 'init_failed', 'header', 'notice', 'stopped']).toContain(type);
    } catch (error) {
      expect(error).toBeInstanceOf(NotAReport);
    }
  };
  fc.assert(fc.property(fc.string(), known));
  fc.assert(fc.property(fc.json(), known));
});

test.each([
  'hello',
  '',
  '1',
  'null',
  '{}',
  '{"type":"constructor"}',
  '{"type":"ready"}',
  '[1]',
  '[[0,1,1,1,0,0,0,0,0]]',
  '[[0,1,1,1,0,0,0,0,0,"x"]]',
  '[[0,1,1,1,0,-5,0,0,0,0]]',
  '{"type":"failed","index":0}',
  '{"type":"header","text":5}',
])('%s is no report', (line) => {
  expect(() => decodeReport(line)).toThrow(NotAReport);
});

it('gives lines as they were, however they were cut on the way', () => {
  fc.assert(
    fc.property(fc.array(fc.string().map((text) => text.replaceAll('\n', ' '))), fc.array(fc.nat(8)), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const splitter = new LineSplitter();
      const found: string[] = [];
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        expect(splitter.push(bytes.subarray(at, at + cut), (line) => found.push(line))).toBe(true);
        at += cut;
      }
      expect(found).toEqual(lines);
    }),
  );
});

it('says when a line cannot be one any more', () => {
  const splitter = new LineSplitter();
  const chunk = Buffer.alloc(16 << 20, 'x');
  const fits = Array.from({ length: 5 }, () => splitter.push(chunk, () => {}));
  expect(fits).toEqual([true, true, true, true, false]);
});
