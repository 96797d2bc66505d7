import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { appendRowSettings } from '../../../../src/parallel/assemble/append-row.ts';

function settings(toCsv: unknown, script: string) {
  const folder = mkdtempSync(join(tmpdir(), 'prl-settings-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'parallel_run_step.settings.json'), JSON.stringify({ append_row: { 'pandas.DataFrame.to_csv': toCsv } }));
  return appendRowSettings(join(folder, script), '/out/rows.txt');
}

test('what pandas knows is given to Python as it is', () => {
  expect(settings({ float_format: '%.3f' }, 'score.py').toCsv).toEqual({ sep: ' ', header: false, index: false, float_format: '%.3f' });
});

test('what rows of a TypeScript script can be given makes them CSV', () => {
  const given = { sep: ';', header: ['a'], quoting: 3, index: false };
  expect(settings(given, 'score.ts').objects).toEqual({ format: 'csv', toCsv: given });
});

test.each([
  [{ sepp: ';' }, '"sepp" has no meaning for a TypeScript script; known are sep, header,'],
  [{ float_format: '%.3f' }, '"float_format" has no meaning'],
  [{ sep: 5 }, '"sep" must be text; found 5'],
  [{ quoting: 4 }, '"quoting" must be 0 (minimal)'],
  [{ index: true }, '"index" must be false'],
])('%j for a TypeScript script is refused', (given, message) => {
  expect(() => settings(given, 'score.mjs')).toThrow(message);
});

test('settings that cannot be read are refused: they are not "no settings"', () => {
  const folder = mkdtempSync(join(tmpdir(), 'prl-settings-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(appendRowSettings(join(folder, 'score.py'), '/out/rows.txt').toCsv).toEqual({ sep: ' ', header: false, index: false });
  mkdirSync(join(folder, 'parallel_run_step.settings.json'));
  expect(() => appendRowSettings(join(folder, 'score.py'), '/out/rows.txt')).toThrow(/cannot be used: it cannot be read: EISDIR/);
});
