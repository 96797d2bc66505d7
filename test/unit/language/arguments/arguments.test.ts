import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ofScript, scriptArguments } from '../../../../src/language/arguments/bind.ts';
import { argumentsOf, parseProgramArguments } from '../../../../src/language/arguments/parse.ts';
import { engineSettings, type Known } from '../../../../src/language/arguments/predefined.ts';
import type { ProgramArgument } from '../../../../src/language/arguments/types.ts';
import { programArgumentsText } from '../../../../src/language/arguments/write.ts';
import type { Reference } from '../../../../src/language/expressions.ts';
import { programArguments } from '../../../support/program-arguments.ts';

const parsed = (text: string): readonly ProgramArgument[] => {
  const { arguments: given, mistakes } = parseProgramArguments(text);
  expect(mistakes).toEqual([]);
  return given;
};

/** Values by the name of the input; the others have none. */
const from = (values: Readonly<Record<string, string>>) => (reference: Reference) =>
  reference.scope === 'input' ? values[reference.name] : undefined;

test.each([
  ['--a 1  --b', ['--a', '1', '--b']],
  [`--text "two words" 'it''s' ""`, ['--text', 'two words', 'its', '']],
  ['a\\ b "c\\"d" \'e\\f\'', ['a b', 'c"d', 'e\\f']],
  ['--x ${{ inputs.x }}/y', ['--x', 'X/y']],
  ['a \\\n b', ['a', 'b']],
  ['$HOME *.txt `ls`', ['$HOME', '*.txt', '`ls`']],
  ['${{inputs.none}} ""${{inputs.x}}', ['', 'X']],
  ['a\\', ['a\\']],
  ['', []],
])('the script sees %j as %j', (text, words) => {
  expect(scriptArguments(parsed(text), from({ x: 'X' }))).toEqual(words);
});

test('single quotes keep any text as one argument', () => {
  fc.assert(
    fc.property(fc.array(fc.string().filter((text) => !/'|\$\{\{|\$\[\[|^--/.test(text))), (words) => {
      expect(scriptArguments(parsed(words.map((word) => `'${word}'`).join(' ')), from({}))).toEqual(words);
    }),
  );
});

test('a value with spaces and quotes stays one argument', () => {
  const given = parsed('--in ${{inputs.d}} --x=${{inputs.d}}');
  expect(scriptArguments(given, () => `a "b" 'c`)).toEqual(['--in', `a "b" 'c`, `--x=a "b" 'c`]);
});

test.each([
  ['$[[--a ${{inputs.a}}]] $[[--b ${{inputs.b}}]] z', ['--a', '1', 'z']],
  ['x$[[ --a ${{inputs.a}}]]$[[ --b ${{inputs.b}}]]', ['x', '--a', '1']],
  ['--n=$[[a${{inputs.a}}]] --m=$[[b${{inputs.b}}]]', ['--n=a1', '--m=']],
  ['"$[[one ${{inputs.a}}]]" "$[[no ${{inputs.b}}]]"', ['one 1', '']],
  ['$[[--always]] on', ['--always', 'on']],
])('sections of %j are left out whole when an input in them has no value', (text, words) => {
  expect(scriptArguments(parsed(text), from({ a: '1' }))).toEqual(words);
});

test.each([
  ['--a "b', 'unclosed-quote', 'program_arguments has a " that is not closed: --a "b'],
  [`$[[--a ' \${{inputs.a}}]] b'`, 'unclosed-quote', "program_arguments has a ' that is not closed"],
  ['a$[[b ${{inputs.b}}]]c', 'section-not-apart', 'touches the text beside it'],
  ['--error_threshold', 'invalid-argument', '--error_threshold must have a value behind it, found nothing.'],
])('%j is a mistake (%s)', (text, code, message) => {
  const { mistakes } = parseProgramArguments(text);
  expect(mistakes).toEqual([expect.objectContaining({ code, message: expect.stringContaining(message) })]);
});

test('what is written is read back as the same', () => {
  fc.assert(
    fc.property(programArguments, (given) => {
      expect(parsed(programArgumentsText(given))).toEqual(given);
    }),
    { numRuns: 1000 },
  );
});

test('the ways of writing one argument are one', () => {
  const written = `--x "two words" a'b'c \${{ inputs.d.path }} --copy_logs_to_parent=True`;
  expect(parsed(written)).toEqual(parsed(`--x two\\ words  abc \${{inputs.d}}\n--copy_logs_to_parent 'True'`));
  expect(programArgumentsText(parsed(written))).toBe("--x 'two words' abc ${{inputs.d}} --copy_logs_to_parent True");
});

test('what configures the engine is not among what the script sees', () => {
  const given = parsed('--model m --error_threshold 5 $[[--x ${{inputs.x}} --task_overhead_timeout ${{inputs.t}}]] --last');
  expect(scriptArguments(given, from({ x: 'X', t: '7' }))).toEqual(['--model', 'm', '--x', 'X', '--last']);
  expect(programArgumentsText(ofScript(given))).toBe('--model m $[[--x ${{inputs.x}}]] --last');
  const known = (reference: Reference): Known => ({ text: from({ x: 'X', t: '7' })(reference) ?? '' });
  expect(engineSettings(given, known)).toMatchObject({ errorThreshold: 5, predefined: { taskOverheadTimeout: 7 } });
  // Without `t` the section is left out, and what it says to the engine with it.
  expect(engineSettings(given, () => 'absent').predefined.taskOverheadTimeout).toBe(600);
});

test('predefined arguments are understood, whatever their spelling; the last of two wins', () => {
  const words = ['--error_threshold', '4', '--allowed_failed_percent=30', '--copy_logs_to_parent', 'True', '--error_threshold=5'];
  const { arguments: given } = argumentsOf([...words, '--rank_mini_batch_count', '4', '--metrics_name_prefix', 'p', '--model', 'm']);
  expect(engineSettings(given, () => 'unknown')).toMatchObject({
    errorThreshold: 5,
    allowedFailedPercent: 30,
    predefined: { copyLogsToParent: true, rankMiniBatchCount: 4, metricsNamePrefix: 'p', taskOverheadTimeout: 600 },
    mistakes: [],
    unknown: [],
  });
  expect(scriptArguments(given, () => undefined)).toEqual(['--model', 'm']);
});

test('a near miss is passed on, with a warning', () => {
  const { arguments: given, warnings } = parseProgramArguments('--resource_monitor_interva 20');
  expect(scriptArguments(given, () => undefined)).toEqual(['--resource_monitor_interva', '20']);
  expect(warnings).toEqual([expect.objectContaining({ message: expect.stringContaining('"--resource_monitor_interval"') })]);
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
  const { arguments: given } = argumentsOf([name, value]);
  expect(engineSettings(given, () => 'unknown').mistakes).toEqual([expect.stringContaining(name)]);
});

test('a setting bound to what is not known yet is told apart from a wrong one', () => {
  const given = parsed('--metrics_name_prefix ${{inputs.p}}');
  expect(engineSettings(given, () => 'unknown')).toMatchObject({
    mistakes: [],
    unknown: [expect.stringContaining('--metrics_name_prefix')],
  });
});
