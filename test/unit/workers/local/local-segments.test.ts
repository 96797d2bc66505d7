import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { LocalSegments } from '../../../../src/workers/local/local-segments.ts';

function segmentsIn(files: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'segments-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const segments = new LocalSegments(folder);
  onTestFinished(async () => {
    await segments.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder, segments };
}

const rows = (segment: number, text: string, offset = 0) => ({ segment, offset, length: text.length, crc: crc32(text) });

test('a number is given once, also over lives of the step', () => {
  const { folder, segments } = segmentsIn({ '1.seg': '', '7.seg': '' });
  expect([segments.allot(), segments.allot()]).toEqual([8, 9]);
  writeFileSync(segments.path(9), '');
  expect(new LocalSegments(folder).allot()).toBe(10);
});

test('rows are intact when their bytes are', async () => {
  const { segments } = segmentsIn({ '1.seg': 'abcdef' });
  expect(await segments.intact(rows(1, 'cde', 2))).toBe(true);
  expect(await segments.intact(rows(1, 'cdx', 2))).toBe(false);
  expect(await segments.intact(rows(1, 'efg', 4))).toBe(false);
  expect(await segments.intact(rows(2, 'a'))).toBe(false);
});

test('a segment that cannot be looked at is an error, not lost rows', async () => {
  const { folder, segments } = segmentsIn();
  symlinkSync('3.seg', join(folder, '3.seg'));
  mkdirSync(join(folder, '4.seg'));
  await expect(segments.intact(rows(3, 'a'))).rejects.toMatchObject({ code: 'ELOOP' });
  await expect(segments.intact(rows(4, 'a'))).rejects.toMatchObject({ code: 'EISDIR' });
});

test('what is asked for is read wholly, or not at all', async () => {
  const { segments } = segmentsIn({ '1.seg': 'abcdef' });
  const target = Buffer.alloc(3);
  await segments.read(1, 1, target);
  expect(target.toString()).toBe('bcd');
  await expect(segments.read(1, 4, target)).rejects.toThrow('1.seg ends at 6');
});

test.runIf(process.platform === 'linux')('holds few files open, however many there are', async () => {
  const { folder, segments } = segmentsIn();
  for (let segment = 1; segment <= 500; segment += 1) appendFileSync(join(folder, `${segment}.seg`), `row ${segment}`);
  const before = readdirSync('/proc/self/fd').length;
  for (let segment = 1; segment <= 500; segment += 1) expect(await segments.intact(rows(segment, `row ${segment}`))).toBe(true);
  expect(readdirSync('/proc/self/fd').length - before).toBeLessThanOrEqual(130);
  await segments.close();
  expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before);
});
