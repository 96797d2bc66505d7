import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkName, checkVersion, generateName } from '../../../src/store/names.ts';

test('generated names read well and are names', () => {
  for (let i = 0; i < 200; i++) {
    const name = generateName();
    expect(name).toMatch(/^[a-z]+_[a-z]+_[a-z0-9]{5}$/);
    checkName('job', name);
  }
});

test.each(['', '.', '..', 'a.b', '../x', 'a/b', 'a\\b', '-a', '_a', 'a b', 'a\n', 'ä', `a${'b'.repeat(255)}`])('%j is no name', (name) => {
  expect(() => checkName('job', name)).toThrow(/is not a job name/);
});

test.each(['', '..', '1/2', '../1', ':1', '1 0'])('%j is no version', (version) => {
  expect(() => checkVersion(version)).toThrow(/is not a version/);
});

test('whatever is accepted is one plain part of a path', () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      try {
        checkName('job', name);
      } catch {
        return;
      }
      expect(name).not.toMatch(/[/\\\0]|^\./);
    }),
  );
});
