import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ShownJob } from '../../../src/jobs/show.ts';
import { explainReuse } from '../../../src/pipeline/reuse/explain.ts';
import { type JobRunner, jobRunner } from '../../support/jobs.ts';
import { type Sandbox, sandbox } from '../../support/prl.ts';

/** A command that counts how often it ran, and a parallel step after it. */
function threeSteps(box: Sandbox): void {
  for (const name of ['a', 'b', 'c']) box.write(`in/${name}.txt`, name);
  box.write(
    'src/score.ts',
    "import { readFileSync } from 'node:fs';\nexport const run = (files: string[]) => files.map((f) => readFileSync(f, 'utf8'));\n",
  );
  box.write('other/note.txt', 'note');
  writePipeline(box, {});
}

function writePipeline(box: Sandbox, { size = 2, settings = '', suffix = '' }): void {
  box.write(
    'pipeline.yml',
    `type: pipeline
${settings}
outputs:
  rows: {type: uri_file}
jobs:
  copy:
    type: command
    command: cp \${{inputs.data}}/* \${{outputs.copied}}/${suffix}
    inputs: {data: {type: uri_folder, path: ./in}}
    outputs: {copied: {type: uri_folder}}
  score:
    type: parallel
    inputs: {data: "\${{parent.jobs.copy.outputs.copied}}"}
    outputs: {rows: "\${{parent.outputs.rows}}"}
    input_data: \${{inputs.data}}
    mini_batch_size: "${size}"
    max_concurrency_per_instance: 1
    task: {type: run_function, code: ./src, entry_script: score.ts, append_row_to: "\${{outputs.rows}}"}
  aside:
    type: command
    command: cat \${{inputs.note}}
    inputs: {note: {type: uri_file, path: ./other/note.txt}}
`,
  );
}

function reused({ steps }: ShownJob): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(steps).map(([name, { reused_from }]) => [name, reused_from?.replace(`.${name}`, '')]));
}

const why = ({ home }: JobRunner, job: string, step: string) => explainReuse(home, job, step);

test('an unchanged pipeline takes finished outputs; only the content of inputs counts, and why is told', async () => {
  const box = sandbox();
  const jobs = await jobRunner(box.directory);
  threeSteps(box);
  expect(reused(await jobs.run('first', 'pipeline.yml'))).toEqual({});
  const second = await jobs.run('second', 'pipeline.yml');
  expect(second.status).toBe('Completed');
  expect(reused(second)).toEqual({ copy: 'first', score: 'first', aside: 'first' });
  expect((await box.prl(['job', 'download', '--name', 'second', '--output-name', 'rows', '-p', 'down'])).code).toBe(0);
  expect(readFileSync(box.path('down/named-outputs/rows/parallel_run_step.txt'), 'utf8')).toBe('a\nb\nc\n');
  expect(JSON.parse((await box.prl(['job', 'why', 'second', 'copy', '--output', 'json'])).stdout)).toMatchObject({
    reused_from: 'first.copy',
  });

  // Times alone say nothing.
  utimesSync(box.path('in/a.txt'), 1, 1);
  expect(reused(await jobs.run('touched', 'pipeline.yml'))).toEqual({ copy: 'first', score: 'first', aside: 'first' });

  // The same size and the same times, another content: only the change time gives it away.
  writeFileSync(box.path('in/a.txt'), 'x');
  utimesSync(box.path('in/a.txt'), 1, 1);
  expect(reused(await jobs.run('edited', 'pipeline.yml'))).toEqual({ aside: 'first' });
  const explained = await why(jobs, 'edited', 'copy');
  expect(explained).toMatchObject({ reused: false, differences: [{ part: 'inputs.data', what: 'a.txt changed' }] });

  const told = async (job: string) => (await box.prl(['job', 'stream', '--name', job])).stderr;
  expect(await told('edited')).toMatch(/^copy {2}Completed {2}\S.* {2}not reused: inputs\.data: a\.txt changed$/m);
  expect(await told('first')).not.toContain('not reused');

  // Back to what it was: the very first run is taken again.
  writeFileSync(box.path('in/a.txt'), 'a');
  expect(reused(await jobs.run('back', 'pipeline.yml'))).toEqual({ copy: 'first', score: 'first', aside: 'first' });
  expect(await why(jobs, 'back', 'score')).toMatchObject({ reused: true, reusedFrom: 'first.score' });

  // Another job altogether is not told apart from what it has nothing to do with.
  box.write('new.yml', 'type: pipeline\njobs:\n  new: {type: command, command: echo new}\n');
  await jobs.run('new', 'new.yml');
  const alone = await why(jobs, 'new', 'new');
  expect(alone).toMatchObject({ reused: false, reason: expect.stringContaining('the first of its kind'), differences: [] });
  expect(alone?.comparedWith).toBeUndefined();
});

test('a step whose input was made anew, but the same, is reused all the same', async () => {
  const box = sandbox();
  const jobs = await jobRunner(box.directory);
  threeSteps(box);
  await jobs.run('first', 'pipeline.yml');
  writePipeline(box, { suffix: ' && true' });
  const job = await jobs.run('second', 'pipeline.yml');
  expect(reused(job)).toEqual({ score: 'first', aside: 'first' });
  expect(await why(jobs, 'second', 'copy')).toMatchObject({ differences: [{ part: 'command' }] });
});

test('code, settings, missing or changed outputs and force_rerun make a step run', async () => {
  const box = sandbox();
  const jobs = await jobRunner(box.directory);
  threeSteps(box);
  await jobs.run('first', 'pipeline.yml');
  box.write('src/helper.ts', 'export {};\n');
  expect(reused(await jobs.run('code', 'pipeline.yml'))).toEqual({ copy: 'first', aside: 'first' });
  expect(await why(jobs, 'code', 'score')).toMatchObject({ differences: [{ part: 'code', what: 'helper.ts is new' }] });

  writePipeline(box, { size: 3 });
  expect(reused(await jobs.run('size', 'pipeline.yml'))).toEqual({ copy: 'first', aside: 'first' });
  expect(await why(jobs, 'size', 'score')).toMatchObject({ differences: [{ part: 'settings', what: 'mini_batch_size: 2 → 3' }] });

  const copied = join(box.home, 'datastores/workspaceblobstore/azureml/first.copy/copied');
  rmSync(join(copied, 'b.txt'));
  const job = await jobs.run('gone', 'pipeline.yml');
  expect(reused(job)).toEqual({ score: 'size', aside: 'first' });
  expect((await why(jobs, 'gone', 'copy'))?.reason).toContain('its output copied was changed or taken away');

  writePipeline(box, { settings: 'settings: {force_rerun: true}' });
  expect(reused(await jobs.run('forced', 'pipeline.yml'))).toEqual({});
});

test('settings of the engine among the arguments, and another way of writing a size, run no step again', async () => {
  const box = sandbox();
  const jobs = await jobRunner(box.directory);
  box.write('in.csv', 'a\n1\n2\n');
  box.write('src/score.ts', 'export const run = (rows: { length: number }) => Array(rows.length).fill(process.argv[2]);\n');
  const pipeline = (size: string, words: string) => `type: pipeline
jobs:
  score:
    type: parallel
    inputs: {data: {type: uri_file, path: ./in.csv}}
    outputs: {rows: {type: uri_file}}
    input_data: \${{inputs.data}}
    ${size}
    max_concurrency_per_instance: 1
    task: {type: run_function, code: ./src, entry_script: score.ts, program_arguments: ${words}, append_row_to: "\${{outputs.rows}}"}
`;
  box.write('pipeline.yml', pipeline('mini_batch_size: 1mb', '--word'));
  await jobs.run('first', 'pipeline.yml');
  box.write('pipeline.yml', pipeline('mini_batch_size: 1MB', '--progress_update_timeout 300 --word'));
  expect(reused(await jobs.run('second', 'pipeline.yml'))).toEqual({ score: 'first' });
  box.write('pipeline.yml', pipeline('', '"--resource_monitor_interval=5 --word"'));
  expect(reused(await jobs.run('third', 'pipeline.yml'))).toEqual({ score: 'first' });
  box.write('pipeline.yml', pipeline('', '--words'));
  expect(reused(await jobs.run('other', 'pipeline.yml'))).toEqual({});
});

test('the artifacts of a step are reused with it', async () => {
  const box = sandbox();
  const jobs = await jobRunner(box.directory);
  box.write(
    'pipeline.yml',
    'type: pipeline\njobs:\n  make:\n    type: command\n    command: for i in $(seq 200); do echo $i > outputs/$i; done\n    outputs: {artifacts: }\n',
  );
  await jobs.run('first', 'pipeline.yml');
  expect(reused(await jobs.run('second', 'pipeline.yml'))).toEqual({ make: 'first' });
});

test('a job with a limit is not reused and does not reuse', async () => {
  const box = sandbox();
  const jobs = await jobRunner(box.directory);
  threeSteps(box);
  await jobs.run('part', 'pipeline.yml', { limit: 1 });
  expect(reused(await jobs.run('whole', 'pipeline.yml'))).toEqual({});
  expect(reused(await jobs.run('again', 'pipeline.yml', { limit: 1 }))).toEqual({});
});

test('where the place of an output was chosen, the reused output stands there too', async () => {
  const box = sandbox();
  const jobs = await jobRunner(box.directory);
  const pipeline = (place: string) => `type: pipeline
jobs:
  make:
    type: command
    command: echo made > \${{outputs.out}}/made.txt
    outputs: {out: {type: uri_folder, path: ${place}}}
`;
  box.write('pipeline.yml', pipeline('./here'));
  await jobs.run('first', 'pipeline.yml');
  box.write('pipeline.yml', pipeline('./there'));
  const job = await jobs.run('second', 'pipeline.yml');
  expect(reused(job)).toEqual({ make: 'first' });
  expect(readFileSync(box.path('there/made.txt'), 'utf8')).toBe('made\n');
});
