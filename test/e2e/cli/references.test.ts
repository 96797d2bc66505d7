/** Names that lead to what this home has: components of a registry, what a job has made. */

import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { printed } from '../../support/pipeline.ts';
import { sandbox } from '../../support/prl.ts';

test('a component of a registry is the one registered here; what a job made is read by its name', async () => {
  const box = sandbox();
  box.write(
    'greet.yml',
    'name: greet\nversion: 3\ntype: command\noutputs: {out: {type: uri_folder}}\ncommand: mkdir outputs/m; echo model > outputs/m/a; echo hello > ${{outputs.out}}/greeting.txt\n',
  );
  expect(await box.prl(['component', 'create', '--file', 'greet.yml', '--registry-name', 'ours'])).toMatchObject({ code: 0 });
  box.write(
    'made.yml',
    'type: pipeline\noutputs: {all: {type: uri_folder}}\njobs:\n  hi:\n    component: azureml://registries/ours/components/greet/labels/latest\n    outputs: {out: "${{parent.outputs.all}}"}\n  bad: {type: command, command: exit 3, outputs: {half: {type: uri_folder}}}\nsettings: {continue_on_step_failure: true}\n',
  );
  expect((await box.prl(['run', 'made.yml', '--name', 'made'])).stderr).toContain('hi  Completed');

  const reader = (...paths: string[]) =>
    box.write(
      'read.yml',
      `type: command\ncommand: echo $AZUREML_EXPERIMENT_NAME; cat ${paths.map((_, i) => `\${{inputs.i${i}}}`).join(' ')}\ninputs:\n${paths.map((path, i) => `  i${i}: {type: uri_file, path: "${path}"}\n`).join('')}`,
    );
  reader(
    'azureml://jobs/made/outputs/all/paths/greeting.txt',
    'azureml://jobs/made.hi/outputs/out/paths/greeting.txt',
    'runs:/made.hi/outputs/m/a',
  );
  expect(await box.prl(['run', 'read.yml', '--name', 'read'])).toMatchObject({ code: 0 });
  expect(printed(box, 'read', 'main')).toBe(`${basename(box.directory)}\nhello\nhello\nmodel\n`);

  reader('azureml://jobs/made/outputs/nope', 'azureml://jobs/made.bad/outputs/half/paths/a', 'runs:/other/a', 'runs:/made.hi/outputs/m/b');
  const refused = await box.prl(['run', 'read.yml']);
  expect(refused.code).toBe(2);
  expect(refused.stderr.split('\n').map((line) => line.replace(/^.*read\.yml:(\d+):\d+: inputs\.i\d: /, '$1 '))).toEqual([
    '4 made has no output "nope". It has: all.',
    '5 The output half of made.bad is not whole: its step has not completed. See: prl job show --name made',
    expect.stringMatching(/^6 No job is called "other" in /),
    expect.stringMatching(/^7 .*outputs\/m\/b is not there\.$/),
    '',
  ]);
  box.write('over.yml', 'type: command\ncommand: echo\noutputs: {o: {path: "azureml://jobs/made/outputs/all"}}\n');
  expect((await box.prl(['job', 'validate', 'over.yml', '-o', 'table'])).stdout).toContain('cannot be written over what a job has made');
});

test('a model is registered from what a job made, and refused where its path leads nowhere; so is a datastore without a folder', async () => {
  const box = sandbox();
  box.write('job.yml', 'type: command\ncommand: echo weights > outputs/model.bin\n');
  await box.prl(['run', 'job.yml', '--name', 'train']);
  const create = (path: string) => box.prl(['model', 'create', '--name', 'digits', '--path', path, '-o', 'json']);
  expect((await create('runs:/train/outputs/model.bin')).code).toBe(0);
  for (const [path, why] of [
    ['azureml://jobs/train/outputs/artifacts/paths/outputs/nope.bin', 'There is nothing at'],
    ['azureml://jobs/none/outputs/artifacts', 'No job is called "none"'],
    ['azureml://datastores/nowhere/paths/x', 'datastore nowhere@latest is not registered'],
    ['azureml://datastores/workspaceblobstore/paths/x', 'There is nothing at'],
    ['wasbs://c@a.example/x', 'can not be reached'],
  ] as const) {
    const refused = await create(path);
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(why);
  }
  expect((await box.prl(['model', 'list', '--name', 'digits', '--query', '[].version', '-o', 'tsv'])).stdout).toBe('1\n');
  box.write('taken', 'a file');
  expect((await box.prl(['datastore', 'create', '--name', 'blobs', '--path', './taken'])).code).toBe(2);
  expect((await box.prl(['datastore', 'list', '--query', '[].name', '-o', 'tsv'])).stdout).toBe('workspaceblobstore\n');
});
