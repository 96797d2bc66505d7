import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { appendRowSettings } from '../../../../src/parallel/assemble/append-row.ts';

const azures = { form: 'text', toCsv: { sep: ' ', header: false, index: false } };

function settings(toCsv: unknown, script: string, output = '/out/rows.txt') {
  const folder = mkdtempSync(join(tmpdir(), 'prl-settings-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'parallel_run_step.settings.json'), JSON.stringify({ append_row: { 'pandas.DataFrame.to_csv': toCsv } }));
  return appendRowSettings(join(folder, script), output);
}

test('what pandas knows is given to Python as it is', () => {
  expect(settings({ float_format: '%.3f' }, 'score.py')).toEqual({
    form: 'text',
    toCsv: { sep: ' ', header: false, index: false, float_format: '%.3f' },
  });
});

test('what rows of a TypeScript script can be given makes them CSV', () => {
  const given = { sep: ';', header: ['a'], quoting: 3, index: false };
  expect(settings(given, 'score.ts')).toEqual({ form: 'csv', toCsv: given });
});

test.each([
  ['/out/rows.csv', { form: 'csv', toCsv: { sep: ',', header: true, index: false } }],
  ['/out/rows.TSV', { form: 'csv', toCsv: { sep: '\t', header: true, index: false } }],
  ['/out/rows.jsonl', { form: 'json_lines' }],
  ['/out/rows.parquet', { form: 'parquet' }],
  ['/out/rows', azures],
  ['/out/parallel_run_step.txt', azures],
])('%s is written by its ending, in both languages', (output, expected) => {
  for (const script of ['score.py', 'score.ts']) expect(settings({}, script, output)).toEqual(expected);
});

test('the settings file decides: over the ending, but never writes text into Parquet', () => {
  expect(settings({ sep: ';' }, 'score.py', 'rows.csv')).toEqual({ form: 'csv', toCsv: { sep: ';', header: true, index: false } });
  expect(settings({ sep: ';' }, 'score.py', 'rows.jsonl')).toMatchObject({ form: 'text', toCsv: { sep: ';', header: false } });
  expect(settings({ sep: ';' }, 'score.ts', 'rows.jsonl')).toMatchObject({ form: 'csv', toCsv: { sep: ';', header: true } });
  expect(() => settings({ sep: ';' }, 'score.py', 'out/rows.parquet')).toThrow(
    /says how to write CSV, and the output is called rows\.parquet/,
  );
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
  expect(appendRowSettings(join(folder, 'score.py'), '/out/rows.txt')).toEqual(azures);
  mkdirSync(join(folder, 'parallel_run_step.settings.json'));
  expect(() => appendRowSettings(join(folder, 'score.py'), '/out/rows.txt')).toThrow(/cannot be used: it cannot be read: EISDIR/);
});
