import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeHashes, takingEditedCode } from '../../../../src/pipeline/code/edited-code.ts';
import { atOnce } from '../../../../src/pipeline/code/file-by-file.ts';
import { readSnapshot, takeSnapshot } from '../../../../src/pipeline/code/snapshot.ts';
import { jobLayout } from '../../../../src/store/layout.ts';
import { folderWith } from '../../../support/job-files.ts';

function taken(hasBegun: boolean) {
  const folder = folderWith({ 'src/a.py': 'first', 'src/b.py': 'b', 'src/gone.py': 'x' });
  const layout = jobLayout(join(folder, 'home'), 'job').step('main');
  const code = { path: join(folder, 'src'), additionalIncludes: [] };
  takeSnapshot(code, layout, []);
  if (hasBegun) mkdirSync(layout.state);
  writeFileSync(join(layout.code, 'outputs', 'written.txt'), 'by the script');
  writeFileSync(join(folder, 'src/a.py'), 'second');
  rmSync(join(folder, 'src/gone.py'));
  return { folder, layout, code };
}

test('edited code takes the place of the copy; what the script wrote stays, and what ran before is known by its hash', () => {
  const { layout, code, folder } = taken(true);
  expect(codeHashes(layout)).toEqual([]);
  expect(atOnce(takingEditedCode(code, layout, []))).toEqual(['a.py', 'gone.py']);
  expect(readFileSync(join(layout.code, 'a.py'), 'utf8')).toBe('second');
  expect(readdirSync(layout.code).sort()).toEqual(['a.py', 'b.py', 'outputs']);
  expect(readFileSync(join(layout.code, 'outputs', 'written.txt'), 'utf8')).toBe('by the script');
  expect(new Set(codeHashes(layout)).size).toBe(2);
  expect(atOnce(takingEditedCode(code, layout, []))).toEqual([]);
  expect(codeHashes(layout)).toHaveLength(2);
  writeFileSync(join(folder, 'src/a.py'), 'third');
  atOnce(takingEditedCode(code, layout, []));
  expect(new Set(codeHashes(layout)).size).toBe(3);
  expect(readdirSync(layout.directory).sort()).toEqual(['code', 'former-code', 'snapshot.json', 'state']);
});

test('a step that has not begun has only ever one code', () => {
  const { layout, code } = taken(false);
  expect(atOnce(takingEditedCode(code, layout, []))).toEqual(['a.py', 'gone.py']);
  expect(readFileSync(join(layout.code, 'a.py'), 'utf8')).toBe('second');
  expect(codeHashes(layout)).toEqual([]);
});

test('killed while the code is copied, the old code stays; the next try starts anew', () => {
  const { layout, code } = taken(true);
  const killed = takingEditedCode(code, layout, []);
  killed.next();
  expect(existsSync(`${layout.code}.next`)).toBe(true);
  expect(readSnapshot(layout)).toHaveProperty(['gone.py']);
  expect(readFileSync(join(layout.code, 'a.py'), 'utf8')).toBe('first');
  expect(atOnce(takingEditedCode(code, layout, []))).toEqual(['a.py', 'gone.py']);
  expect(existsSync(`${layout.code}.next`)).toBe(false);
});

test('code that is not there leaves the old code', () => {
  const { layout, code, folder } = taken(true);
  rmSync(join(folder, 'src'), { recursive: true });
  expect(() => atOnce(takingEditedCode(code, layout, []))).toThrow('is not there');
  expect(readFileSync(join(layout.code, 'a.py'), 'utf8')).toBe('first');
  expect(codeHashes(layout)).toEqual([]);
});
