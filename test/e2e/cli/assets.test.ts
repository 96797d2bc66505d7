import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sandbox } from '../../support/prl.ts';

test('data is registered from a file, versioned, found by a job, and archived', async () => {
  const box = sandbox();
  box.write('one/a.txt', 'first');
  box.write('two/a.txt', 'second');
  box.write('data.yml', 'name: letters\ntype: uri_folder\npath: ./one\ntags: {from: test}\n');
  const created = await box.prl(['data', 'create', '--file', 'data.yml', '-o', 'json']);
  expect(created.code).toBe(0);
  expect(JSON.parse(created.stdout)).toMatchObject({
    name: 'letters',
    version: '1',
    type: 'uri_folder',
    path: box.path('one'),
    tags: { from: 'test' },
  });
  await box.prl(['data', 'create', '--file', 'data.yml', '--set', 'path=./two', '--version', '2024-02']);
  const clash = await box.prl(['data', 'create', '--file', 'data.yml', '--path', './two', '-v', '1']);
  expect(clash).toMatchObject({ code: 2, stdout: '' });
  expect(clash.stderr).toContain('version 1 is registered already');

  const read = async (reference: string) => {
    box.write(
      'job.yml',
      `type: command\ncommand: cat \${{inputs.letters}}/a.txt\ninputs:\n  letters: {type: uri_folder, path: "azureml:letters${reference}"}\n`,
    );
    const run = await box.prl(['run', 'job.yml', '--query', 'directory', '-o', 'tsv']);
    expect(run.code).toBe(0);
    return readFileSync(`${run.stdout.trim()}/steps/main/logs/user/std_log.txt`, 'utf8').trim();
  };
  expect(await read(':1')).toBe('first');
  expect(await read('@latest')).toBe('second');

  const versions = async (...flags: string[]) => (await box.prl(['data', 'list', '--query', '[].version', '-o', 'tsv', ...flags])).stdout;
  expect(await versions()).toBe('2024-02\n');
  expect(await versions('--name', 'letters')).toBe('2024-02\n1\n');
  expect((await box.prl(['data', 'archive', '--name', 'letters', '--version', '2024-02'])).code).toBe(0);
  expect(await versions()).toBe('1\n');
  expect(await read('@latest')).toBe('first');
  expect((await box.prl(['data', 'restore', 'letters'])).code).toBe(0);
  expect(await versions()).toBe('2024-02\n');
});

test('a registered folder is refused where one file is read', async () => {
  const box = sandbox();
  box.write('one/a.txt', 'first');
  box.write('data.yml', 'name: letters\ntype: uri_folder\npath: ./one\n');
  await box.prl(['data', 'create', '--file', 'data.yml']);
  box.write('job.yml', 'type: command\ncommand: cat ${{inputs.one}}\ninputs:\n  one: {type: uri_file, path: "azureml:letters:1"}\n');
  const refused = await box.prl(['run', 'job.yml']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/job\.yml:4:\d+: inputs\.one: The type is uri_file, and .*one is a folder/);
});

test('a registered component runs in a pipeline', async () => {
  const box = sandbox();
  box.write(
    'greet.yml',
    'name: greet\nversion: 3\ntype: command\ninputs: {who: {type: string}}\noutputs: {out: {type: uri_folder}}\ncommand: echo hello ${{inputs.who}} > ${{outputs.out}}/greeting.txt\n',
  );
  const created = await box.prl(['component', 'create', '--file', 'greet.yml', '-o', 'json']);
  expect(JSON.parse(created.stdout)).toMatchObject({ name: 'greet', version: '3', type: 'command', inputs: { who: { type: 'string' } } });
  const pipeline = (reference: string) =>
    box.write(
      'pipeline.yml',
      `type: pipeline\noutputs: {greeting: {type: uri_folder}}\njobs:\n  hi:\n    component: ${reference}\n    inputs: {who: moon}\n    outputs: {out: '\${{parent.outputs.greeting}}'}\n`,
    );
  pipeline('azureml:greet@latest');
  const run = await box.prl(['run', '.', '--name', 'hi']);
  expect(run.stderr).toContain('Completed');
  await box.prl(['job', 'download', 'hi', '--output-name', 'greeting']);
  expect(readFileSync(box.path('named-outputs/greeting/greeting.txt'), 'utf8')).toBe('hello moon\n');
  pipeline('azureml:greet:4');
  const unknown = await box.prl(['run', '.']);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toMatch(/pipeline\.yml:5:\d+: .*azureml:greet:4/);
  const looked = await box.prl(['job', 'validate', 'pipeline.yml', '-o', 'table']);
  expect(looked.code).toBe(0);
  expect(looked.stdout).toMatch(/^warning: .*pipeline\.yml:5:\d+: .*azureml:greet:4/);
  box.write('other.yml', `${readFileSync(box.path('pipeline.yml'), 'utf8')}    limits: {timeout: 0}\n`);
  const wrong = await box.prl(['job', 'validate', 'other.yml', '-o', 'json', '--set', 'jobs.more={"command": "x", "a": 1}']);
  expect(JSON.parse(wrong.stdout)).toMatchObject({
    valid: false,
    errors: [{ path: 'jobs.more.a' }],
    warnings: [{ path: 'jobs.hi.component' }],
  });
  expect((await box.prl(['run', 'other.yml', '--set', 'jobs.more={"command": "x", "a": 1}'])).code).toBe(2);
});

test('a registered component runs the code that it was registered with', async () => {
  const box = sandbox();
  box.write('made/src/say.sh', 'cat word.txt lib/end.txt\n');
  box.write('made/src/word.txt', 'registered\n');
  box.write('made/src/secret.txt', 'left out\n');
  // The rule leaves out a folder of the code, not the include of that name.
  box.write('made/src/.amlignore', 'secret.txt\nlib\n');
  box.write('made/lib/end.txt', 'include\n');
  const step = 'type: command\ninputs: {seconds: {type: integer}}\ncode: ./src\nadditional_includes: [./lib]\n';
  const settings = 'limits: {timeout: "${{inputs.seconds}}"}\ncommand: bash say.sh && ls\n';
  box.write('made/say.yml', `name: say\nversion: 1\n${step}${settings}`);
  box.write(
    'made/nested.yml',
    'name: nested\nversion: 1\ntype: pipeline\ninputs: {seconds: {type: integer}}\njobs:\n  say:\n    component: ./say.yml\n    inputs: {seconds: "${{parent.inputs.seconds}}"}\n  plain: {type: command, code: ./src, command: cat word.txt}\n',
  );
  for (const file of ['made/say.yml', 'made/nested.yml', 'made/say.yml']) {
    expect(await box.prl(['component', 'create', '--file', file])).toMatchObject({ code: 0, stderr: '' });
  }
  const copies = () => readdirSync(box.path('home/components'), { recursive: true }).sort();
  const before = copies();
  expect(before.filter((path) => String(path).endsWith('word.txt'))).toHaveLength(3);

  box.write('made/src/word.txt', 'edited\n');
  const clash = await box.prl(['component', 'create', '--file', 'made/say.yml']);
  expect(clash.code).toBe(2);
  expect(clash.stderr).toContain('version 1 is registered already');
  expect(copies()).toEqual(before);
  rmSync(box.path('made'), { recursive: true });

  const use = (name: string) => `  ${name}:\n    component: azureml:${name}:1\n    inputs: {seconds: 60}\n`;
  box.write('pipeline.yml', `type: pipeline\njobs:\n${use('say')}${use('nested')}`);
  const run = await box.prl(['run', 'pipeline.yml', '--query', 'directory', '-o', 'tsv']);
  expect(run).toMatchObject({ code: 0 });
  const printed = (name: string) => readFileSync(`${run.stdout.trim()}/steps/${name}/logs/user/std_log.txt`, 'utf8');
  expect(printed('say')).toBe('registered\ninclude\nlib\noutputs\nsay.sh\nword.txt\n');
  expect(printed('nested.say')).toBe(printed('say'));
  expect(printed('nested.plain')).toBe('registered\n');
});

test('models, environments, datastores and the compute of this machine', async () => {
  const box = sandbox();
  box.write('model.bin', 'weights');
  box.write('conda.yml', 'dependencies: [python=3.11]\n');
  box.write('environment.yml', 'name: sklearn\nimage: some/image\nconda_file: ./conda.yml\n');
  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await box.prl([...args, '-o', 'json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  };
  expect(await json('model', 'create', '--name', 'digits', '--path', './model.bin')).toMatchObject({
    version: '1',
    type: 'custom_model',
    path: box.path('model.bin'),
  });
  expect(await json('environment', 'create', '--file', 'environment.yml')).toMatchObject({
    name: 'sklearn',
    image: 'some/image',
    conda_file: box.path('conda.yml'),
  });
  expect(await json('datastore', 'create', '--name', 'blobs', '--path', './blobs')).toMatchObject({
    type: 'local',
    path: box.path('blobs'),
  });
  expect((await json('datastore', 'list')).map(({ name }: { name: string }) => name).toSorted()).toEqual(['blobs', 'workspaceblobstore']);
  expect(await json('compute', 'list')).toEqual([expect.objectContaining({ name: 'local', type: 'local' })]);
  expect(await json('compute', 'show', '--name', 'local')).toMatchObject({ name: 'local', cpus: expect.any(Number) });
  const created = await box.prl(['compute', 'create', '--name', 'cpu-cluster', '--type', 'amlcompute', '--min-instances', '0']);
  expect(created.code).toBe(0);
  expect(created.stderr).toContain('runs on local');
});

test('a home that several processes make at once is whole', async () => {
  const box = sandbox();
  box.write('job.yml', 'type: command\ncommand: "true"\n');
  const names = ['a', 'b', 'c', 'd'];
  const runs = await Promise.all(names.map((name) => box.prl(['run', 'job.yml', '--name', name])));
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  const listed = JSON.parse((await box.prl(['job', 'list', '-o', 'json'])).stdout);
  expect(listed.map(({ name, status }: { name: string; status: string }) => `${name} ${status}`).toSorted()).toEqual(
    names.map((name) => `${name} Completed`),
  );
});

test('the doctor and the schemas', async () => {
  const box = sandbox();
  const { stdout } = await box.prl(['doctor', '-o', 'json'], { env: { AWS_ACCESS_KEY_ID: 'AKIDTEST' } });
  const checks: readonly { readonly check: string; readonly status: string; readonly found: string; readonly get: string }[] =
    JSON.parse(stdout);
  expect(checks.find(({ check }) => check === 'home')).toMatchObject({ status: 'ok', found: box.home });
  expect(checks.find(({ check }) => check === 's3')).toMatchObject({ status: 'ok', found: expect.stringContaining('AWS_ACCESS_KEY_ID') });
  expect(stdout).not.toContain('AKIDTEST');
  for (const { check, status, found, get } of checks) expect(status === 'ok' ? found : get, check).toBeTruthy();
  for (const kind of ['job', 'component', 'environment', 'data', 'model', 'datastore', 'mltable']) {
    const { code, stdout: schema } = await box.prl(['schema', kind]);
    expect(code).toBe(0);
    expect(JSON.parse(schema)).toHaveProperty('$schema');
  }
});
