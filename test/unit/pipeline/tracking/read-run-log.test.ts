import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRunLog } from '../../../../src/pipeline/tracking/read-run-log.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const name = fc.oneof(fc.constantFrom('loss', 'a"b', 'a",', 'größe', '","value":'), fc.string({ unit: 'grapheme', maxLength: 6 }));

test('has the latest value of each name, whatever it is called', () => {
  const folder = temporaryFolder();
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.integer()), { maxLength: 30 }), (logged) => {
      writeFileSync(join(folder, 'a.jsonl'), logged.map(([name, value], time) => `${JSON.stringify({ name, value, time })}\n`).join(''));
      const read = readRunLog(folder).metrics;
      expect(new Map([...read].map(([name, { value }]) => [name, value]))).toEqual(new Map(logged));
    }),
    { numRuns: 100 },
  );
});

test('of several processes the latest one counts, by its time', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.jsonl'), '{"name":"loss","value":1,"time":20}\n{"tag":"loss","value":"low","time":1}\n');
  writeFileSync(join(folder, 'b.jsonl'), '{"name":"loss","value":2,"time":10}\n{"name":"auc","value":3,"time":10}\n');
  const { metrics, tags } = readRunLog(folder);
  expect([...metrics].map(([name, { value }]) => [name, value])).toEqual([
    ['loss', 1],
    ['auc', 3],
  ]);
  expect(tags.get('loss')?.value).toBe('low');
});

test('a line that was never finished is passed over, as is one that the window begins in', () => {
  const folder = join(temporaryFolder(), 'metrics');
  expect(readRunLog(folder).metrics.size).toBe(0);
  mkdirSync(folder);
  const file = join(folder, 'a.jsonl');
  writeFileSync(file, '{"name":"first","value":1,"time":1}\n{"name":"second","value":2,"time":2}\n');
  appendFileSync(file, '{"name":"third","value":3');
  expect([...readRunLog(folder).metrics.keys()]).toEqual(['first', 'second']);
  expect([...readRunLog(folder, 70).metrics.keys()]).toEqual(['second']);
});

test('a log of many megabytes is read in pieces', () => {
  const folder = temporaryFolder();
  const lines = Array.from(
    { length: 60_000 },
    (_, i) => `{"name":"größe ${i % 3}","value":${i},"step":${i},"text":"${'ä'.repeat(30)}","time":${i}}\n`,
  );
  writeFileSync(join(folder, 'a.jsonl'), lines.join(''));
  expect([...readRunLog(folder).metrics].map(([name, { value }]) => [name, value])).toEqual([
    ['größe 0', 59_997],
    ['größe 1', 59_998],
    ['größe 2', 59_999],
  ]);
});
