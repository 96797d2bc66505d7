/** A home that version 0.1 wrote: its specs held sizes and program arguments as text. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Sandbox, sandbox } from '../../support/prl.ts';

const written = readFileSync(join(import.meta.dirname, '..', '..', 'support', 'spec-of-0.1.json'), 'utf8');

const script = `import os, sys
def run(mini_batch):
    if 'BROKEN' in os.environ: raise ValueError('broken')
    return [os.path.basename(file) + ' ' + '|'.join(sys.argv[1:]) for file in mini_batch]
`;

/** A job that failed, with its spec as 0.1 stored it. */
async function failedJob(box: Sandbox, change: (spec: string) => string = (spec) => spec): Promise<void> {
  for (const name of ['1.txt', '2.txt', '3.txt']) box.write(`in/${name}`, name);
  box.write('src/score.py', script);
  box.write('job.yml', pipeline);
  expect((await box.prl(['run', 'job.yml', '--name', 'old'], { env: { BROKEN: '1' } })).code).toBe(1);
  writeFileSync(box.path('home/jobs/old/spec.json'), change(JSON.stringify(JSON.parse(written.replaceAll('FOLDER', box.directory)))));
}

const pipeline = `type: pipeline
inputs: { data: { type: uri_folder, path: ./in }, word: hello }
outputs: { rows: { type: uri_file } }
jobs:
  first:
    type: command
    command: cp \${{inputs.data}}/* \${{outputs.copied}}/
    inputs: { data: "\${{parent.inputs.data}}" }
    outputs: { copied: { type: uri_folder } }
  score:
    type: parallel
    inputs: { data: "\${{parent.jobs.first.outputs.copied}}", word: "\${{parent.inputs.word}}" }
    outputs: { rows: "\${{parent.outputs.rows}}" }
    input_data: \${{inputs.data}}
    mini_batch_size: "2"
    mini_batch_error_threshold: 0
    retry_settings: { max_retries: 0 }
    task:
      code: ./src
      entry_script: score.py
      program_arguments: --word \${{inputs.word}} --note "two words" --progress_update_timeout 300
      append_row_to: \${{outputs.rows}}
`;

test('a job of an earlier version is listed, shown, told and resumed', async () => {
  const box = sandbox();
  await failedJob(box);
  expect(JSON.parse((await box.prl(['job', 'list', '-o', 'json'])).stdout)).toMatchObject([{ name: 'old', status: 'Failed' }]);
  expect(JSON.parse((await box.prl(['job', 'show', 'old', '-o', 'json'])).stdout)).toMatchObject({
    steps: { first: { status: 'Completed' }, score: { status: 'Failed' } },
  });
  expect((await box.prl(['job', 'stream', 'old'])).stderr).toContain('ValueError: broken');
  expect((await box.prl(['job', 'resume', 'old', '--stream'])).code).toBe(0);
  await box.prl(['job', 'download', 'old', '--output-name', 'rows', '--download-path', 'out']);
  expect(readFileSync(box.path('out/named-outputs/rows/parallel_run_step.txt'), 'utf8')).toBe(
    ['1.txt', '2.txt', '3.txt'].map((name) => `${name} --word|hello|--note|two words\n`).join(''),
  );
});

test('one whose arguments this version reads differently can be looked at, and is refused by name where it would be run', async () => {
  const box = sandbox();
  await failedJob(box, (spec) => spec.replace('--progress_update_timeout 300', 'a$[[b ${{inputs.word}}]]c'));
  expect((await box.prl(['job', 'show', 'old'])).code).toBe(0);
  expect((await box.prl(['job', 'download', 'old', '--all', '--download-path', 'out'])).code).toBe(0);
  const resumed = await box.prl(['job', 'resume', 'old', '--stream']);
  expect(resumed.code).toBe(2);
  expect(resumed.stderr).toContain('The job old was stored by an earlier version and cannot be carried on by this one: score: A section');
  expect(resumed.stderr).toContain(`Mend ${box.path('job.yml')} and run it again`);
  expect((await box.prl(['job', 'show', 'old', '-o', 'json'])).stdout).toContain('"Failed"');
});
