/** All mistakes of a file are told in one round: none hides another, and none is told twice. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { validateJob } from '../../../src/jobs/validate.ts';
import { openStore } from '../../../src/store/store.ts';
import { folderWith } from '../../support/job-files.ts';

const task = `task:
  type: run_function
  code: ./src
  entry_script: s.py
  append_row_to: \${{outputs.o}}`;
const inputs = 'inputs: { x: { type: uri_folder, path: ./in } }';
const outputs = 'outputs: { o: { type: uri_file, path: ./o.txt } }';
const rest = `${outputs}\ninput_data: \${{inputs.x}}\n${task}\n`;

/** `line: message hint` of each mistake. */
async function mistakes(yaml: string): Promise<readonly string[]> {
  const folder = folderWith({ 'src/s.py': 'def run(b): return b\n', 'in/a.txt': 'x', 'tables/a.csv.gz': 'x', 'job.yml': yaml });
  mkdirSync(join(folder, 'home'));
  writeFileSync(join(folder, 'prose.txt'), 'Dear, all\nhello\n');
  const store = await openStore(join(folder, 'home'));
  onTestFinished(() => store.close());
  const { errors } = await validateJob(store, () => join(folder, 'job.yml'));
  return errors.map(({ line, message, hint }) => `${line}: ${message}${hint === undefined ? '' : ` ${hint}`}`);
}

test('a wrong type hides nothing: what is meant is judged', async () => {
  const found = await mistakes(`type: paralel\n${inputs}\n${rest}mini_batch_size: 10kb\nmax_concurrency: 3\n`);
  expect(found).toEqual([
    '1: Expected one of parallel, command, pipeline, found "paralel". Did you mean "parallel"?',
    expect.stringMatching(/^10: mini_batch_size is "10kb", but the input 'x' is a list of files/),
    '11: Unknown key "max_concurrency". Did you mean "max_concurrency_per_instance"?',
  ]);
});

test('keys with a slip are told as such, once, and what is behind them is judged', async () => {
  expect(await mistakes(`type: parallel\ninputs: { x: { typ: uri_folder, pth: ./inn } }\n${rest}`)).toEqual([
    expect.stringMatching(/^2: There is nothing at .*inn/),
    '2: Unknown key "typ". Did you mean "type"?',
    '2: Unknown key "pth". Did you mean "path"?',
  ]);
  const slips = task.replace('entry_script', 'entryscript').replace('code', 'cod');
  expect(await mistakes(`type: parallel\n${inputs}\n${rest.replace(task, slips)}`)).toEqual([
    '7: Unknown key "cod". Did you mean "code"?',
    '8: Unknown key "entryscript". Did you mean "entry_script"?',
  ]);
});

test('what names an output that is wrong in itself is no second mistake', async () => {
  expect(await mistakes(`type: parallel\n${inputs}\n${rest.replace(outputs, 'outputs: { o: ./o.txt }')}`)).toEqual([
    expect.stringMatching(/^3: Expected .*found ".\/o\.txt"\. A path goes under the key "path"\./),
  ]);
});

test.each([
  ['process_count_per_node: 2', 'Here it is called "max_concurrency_per_instance".'],
  ['run_max_try: 3', 'Here it is "max_retries" under "retry_settings", and one less: it does not count the first try.'],
  ['entry_script: s.py', 'It belongs under "task".'],
  ['max_retries: 3', 'It belongs under "retry_settings".'],
  ['instance_count: 2', 'It belongs under "resources".'],
])('%s in the wrong place or from another version', async (line, advice) => {
  expect(await mistakes(`type: parallel\n${inputs}\n${rest}${line}\n`)).toEqual([`10: Unknown key "${line.split(':')[0]}". ${advice}`]);
});

test.each([
  ['{ type: uri_folder, path: ./in }\nmini_batch_size: 5 rows', /mini_batch_size is "5 rows", but the input 'x' is a list of files/],
  ['{ type: uri_folder, path: ./tables, read: table }', /a\.csv\.gz: It cannot be unpacked|It cannot be unpacked/],
  ['{ type: uri_file, path: ./prose.txt }', /so it is no table as it stands/],
  ['{ type: uri_folder, path: ./src, read: table }', /s\.py has the extension \.py\. Known are/],
  ['{ type: uri_folder, path: ./in, read: tables }', /Expected one of table, found "tables"\. Did you mean "table"\?/],
])('what a run would refuse by looking at the input: %s', async (input, message) => {
  const [value, more = ''] = input.split('\n');
  const found = await mistakes(`type: parallel\ninputs: { x: ${value} }\n${rest}${more}\n`);
  expect(found).toEqual([expect.stringMatching(message)]);
});
