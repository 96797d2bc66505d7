/** Input that cannot be split as the job asks for: a mistake of the request, or of the step when another step makes it. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sandbox } from '../../support/prl.ts';

const split = (key: string, input: string) =>
  `  split:
    type: parallel
    inputs: {rows: "${input}"}
    outputs: {out: {type: uri_file, path: ./out.txt}}
    input_data: \${{inputs.rows}}
    partition_keys: [${key}]
    task: {type: run_function, code: ./src, entry_script: score.py, append_row_to: "\${{outputs.out}}"}
`;

test('an input that is there is looked at before the job is stored; what takes, skips or samples rows is not carried out for that', async () => {
  const box = sandbox();
  box.write('src/score.py', 'def run(rows):\n    return rows\n');
  box.write('table/rows.csv', 'color,n\nred,1\n');
  box.write(
    'table/MLTable',
    'paths: [{file: ./rows.csv}]\ntransformations: [{read_delimited: {header: all_files_same_headers}}, {take: 1}, {drop_columns: n}]\n',
  );
  const job = (key: string) =>
    box.write('job.yml', `type: pipeline\ninputs: {rows: {type: mltable, path: ./table}}\njobs:\n${split(key, '${{parent.inputs.rows}}')}`);
  job('n');
  const validated = await box.prl(['job', 'validate', 'job.yml', '-o', 'json']);
  expect(validated.code).toBe(2);
  const { errors } = JSON.parse(validated.stdout);
  expect(errors).toEqual([
    expect.objectContaining({ line: 9, path: 'jobs.split.partition_keys', message: expect.stringMatching(/has 'n'.*It has: color\./) }),
  ]);
  for (const command of [
    ['run', 'job.yml'],
    ['job', 'create', '--file', 'job.yml'],
  ]) {
    const refused = await box.prl(command);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/job\.yml:9:5: jobs\.split\.partition_keys: .*has 'n'/);
    expect(refused.stderr).not.toContain('resume');
  }
  expect((await box.prl(['job', 'list', '-o', 'json'])).stdout).toBe('[]\n');
  job('color');
  expect(JSON.parse((await box.prl(['job', 'validate', 'job.yml', '-o', 'json'])).stdout)).toMatchObject({ valid: true, errors: [] });
});

test('one that a step makes fails its step with the same words; resume is not offered; what was made can be downloaded', async () => {
  const box = sandbox();
  box.write('src/score.py', 'def run(rows):\n    return rows\n');
  const make = `  make:\n    type: command\n    command: printf 'color,n\\nred,1\\n' > \${{outputs.rows}}/rows.csv; printf 'paths [' > \${{outputs.note}}/MLTable\n    outputs: {rows: {type: uri_folder}, note: {type: mltable}, empty: {type: uri_file}}\n`;
  box.write('job.yml', `type: pipeline\njobs:\n${make}${split('nope', '${{parent.jobs.make.outputs.rows}}')}`);
  const failed = await box.prl(['run', 'job.yml', '--name', 'made', '-o', 'json']);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/partition_keys has 'nope', which the input 'rows' does not have/);
  expect(failed.stderr).not.toContain('resume');
  expect(JSON.parse(failed.stdout)).toMatchObject({ status: 'Failed', resumable: false });

  const download = (...args: string[]) => box.prl(['job', 'download', 'made', ...args]);
  expect(await download('--output-name', 'make.rows')).toMatchObject({ code: 0 });
  expect(readFileSync(box.path('named-outputs/make.rows/rows.csv'), 'utf8')).toBe('color,n\nred,1\n');
  expect((await download('--all', '-p', 'all')).code).toBe(0);
  expect(readFileSync(box.path('all/named-outputs/make.note/MLTable'), 'utf8')).toBe('paths [');
  expect(existsSync(box.path('all/named-outputs/split.out'))).toBe(false);
  const unwritten = await download('--output-name', 'make.empty');
  expect(unwritten.code).toBe(2);
  expect(unwritten.stderr).toMatch(/Output make\.empty of job made is not there: nothing is at .*: its step completed without writing it/);
  const open = await download('--output-name', 'split.out');
  expect(open.stderr).toMatch(/the step split, which writes it, has not completed \(the job is Failed\)\.\n$/);
  expect((await download('--output-name', 'rows')).stderr).toContain('Its outputs: make.rows, make.note, make.empty, split.out.');
});

test('a folder that is read as rows is looked at, and planned, as what it is read as', async () => {
  const box = sandbox();
  box.write('src/score.py', 'def run(rows):\n    return rows\n');
  box.write('in/a/rows.csv', 'color,n\nred,1\nblue,2\n');
  const tables = JSON.stringify({
    rows: { pattern: '**/*.csv', transformations: [{ read_delimited: { header: 'all_files_same_headers' } }] },
  });
  const job = (key: string) =>
    box.write(
      'job.yml',
      `type: pipeline\ninputs: {rows: {type: uri_folder, path: ./in}}\njobs:\n${split(key, '${{parent.inputs.rows}}')}    properties: {parallelrun.tables: '${tables}'}\n`,
    );
  job('color');
  expect(JSON.parse((await box.prl(['job', 'validate', 'job.yml', '-o', 'json'])).stdout)).toMatchObject({ valid: true });
  expect(JSON.parse((await box.prl(['job', 'plan', 'job.yml', '-o', 'json'])).stdout)).toMatchObject({
    steps: { split: { mini_batches: 2 } },
  });
  job('shape');
  expect((await box.prl(['job', 'validate', 'job.yml', '-o', 'table'])).stdout).toMatch(/has 'shape'.*It has: color, n\./);
});
