import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RequestError } from '../../../src/errors/types.ts';
import { bindProgramArguments, splitProgramArguments } from '../../../src/language/arguments.ts';
import { extractPredefined } from '../../../src/language/predefined.ts';

test.each([
  ['--a 1  --b', ['--a', '1', '--b']],
  [`--text "two words" 'it''s' ""`, ['--text', 'two words', 'its', '']],
  ['a\\ b "c\\"d" \'e\\f\'', ['a b', 'c"d', 'e\\f']],
  ['--x ${{ inputs.x }}/y', ['--x', '${{ inputs.x }}/y']],
  ['a \\\n b', ['a', 'b']],
  ['$HOME *.txt `ls`', ['$HOME', '*.txt', '`ls`']],
  ['', []],
])('%j splits into words', (text, words) => {
  expect(splitProgramArguments(text)).toEqual(words);
});

test('a quote that is not closed is refused', () => {
  expect(() => splitProgramArguments('--a "b')).toThrow(RequestError);
});

test('single quotes keep any text as one word', () => {
  fc.assert(
    fc.property(fc.array(fc.string().filter((text) => !text.includes("'") && !text.includes('${{'))), (words) => {
      expect(splitProgramArguments(words.map((word) => `'${word}'`).join(' '))).toEqual(words);
    }),
  );
});

test('a value with spaces and quotes stays one argument', () => {
  expect(bindProgramArguments('--in ${{inputs.d}} --x=${{inputs.d}}', () => `a "b" 'c`)).toEqual(['--in', `a "b" 'c`, `--x=a "b" 'c`]);
});

test('optional sections without a value are left out as a whole', () => {
  const given = new Map([['a', '1']]);
  const resolve = (reference: { scope: string; name?: string }) => given.get(reference.name ?? '');
  expect(bindProgramArguments('$[[--a ${{inputs.a}}]] $[[--b ${{inputs.b}}]] z', resolve)).toEqual(['--a', '1', 'z']);
});

test('predefined arguments are taken out, whatever their spelling', () => {
  const extracted = extractPredefined([
    '--model',
    'm',
    '--error_threshold',
    '5',
    '--allowed_failed_percent=30',
    '--copy_logs_to_parent',
    'True',
    '--rank_mini_batch_count',
    '4',
    '--metrics_name_prefix',
    'p',
  ]);
  expect(extracted).toMatchObject({
    rest: ['--model', 'm'],
    errorThreshold: 5,
    allowedFailedPercent: 30,
    predefined: { copyLogsToParent: true, rankMiniBatchCount: 4, metricsNamePrefix: 'p', taskOverheadTimeout: 600 },
    warnings: [],
    mistakes: [],
  });
});

test('a near miss is passed on, with a warning', () => {
  const extracted = extractPredefined(['--resource_monitor_interva', '20']);
  expect(extracted.rest).toEqual(['--resource_monitor_interva', '20']);
  expect(extracted.warnings).toEqual([expect.stringContaining('--resource_monitor_interval')]);
});

test.each([
  ['--error_threshold', '-2'],
  ['--error_threshold', '1.5'],
  ['--allowed_failed_percent', '101'],
  ['--progress_update_timeout', '0'],
  ['--first_task_creation_timeout', '259201'],
  ['--push_metrics_to_parent', 'maybe'],
  ['--resource_monitor_interval', '-1'],
])('%s %s is refused', (name, value) => {
  expect(extractPredefined([name, value]).mistakes).toEqual([expect.stringContaining(name)]);
});

test('an option at the end without its value is refused', () => {
  expect(extractPredefined(['--error_threshold']).mistakes).toEqual([expect.stringContaining('nothing')]);
});
